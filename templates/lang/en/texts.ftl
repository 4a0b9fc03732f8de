# Text pages: help, accessibility, privacy, cookies
help-title = Help and contact
help-1-heading = Making your form
help-1-text = You need to confirm your email address to make a form.
    If you stop, everything up to your last “Save and continue” is kept. Select “Track an application” and enter your email address to go on, on this or another device.
    Your answers are deleted 30 days after you last saved. We email you before that.
help-2-heading = The email does not arrive
help-2-text = Look in your spam folder. It can take a few minutes.
    If the address was wrong, start again with the right one.
help-3-heading = Printing
help-3-text = Print on A4 or US Letter paper, without scaling.
    Without a printer, take the PDF to a shop or hotel on a memory stick or by email. Delete the file from their machine afterwards.
help-4-heading = My Number and PINs
help-4-text = This service never asks for your My Number or PINs. You write them on the printed form yourself.
    If you do not know your My Number, ask the municipality you last lived in.
help-5-heading = If you lost your card
help-5-text = Call the Individual Number Card Call Centre (24 hours): +81-3-6734-0170
help-6-heading = Contact
help-6-text = About your application, contact the embassy or consulate where you handed it in, or your honseki municipality.
a11y-title = Accessibility
a11y-1-heading = Our goal
a11y-1-text = We aim to conform to JIS X 8341-3:2016 level AA, which equals WCAG 2.0 AA, and to WCAG 2.2 AA.
a11y-2-heading = What it covers
a11y-2-text = All pages and PDFs of this service. It uses HTML, CSS, JavaScript and PDF. Everything works without JavaScript.
a11y-3-heading = If something is hard to use
a11y-3-text = Please tell us through help and contact.
privacy-title = How we use personal information
privacy-1-heading = What we collect
privacy-1-text = What is printed on the form (name, date of birth, sex, honseki and so on), how to contact you, and your photo.
    We do not collect your My Number or PINs.
privacy-2-heading = What we use it for
privacy-2-text = Only to make your form, to let the offices check it, and to notify you.
privacy-3-heading = When we delete it
privacy-3-text = Unfinished answers are deleted 30 days after you last saved. If a finished form is not handed in, it is deleted after 90 days.
    The record of an application is deleted 365 days after it ended, its photo after 30 days.
    Photos are stored sealed (encrypted).
privacy-4-heading = What you can do yourself
privacy-4-text = You can see, correct and delete your information from the menu of your form.
cookies-title = Cookies
cookies-1-heading = The cookies we use
cookies-1-text = sid: to let you continue your form. It lasts one day.
    staff: to keep staff signed in. Only staff have it.
    lang: to remember Japanese or English, once you have switched. It lasts one year.
    kept: if a page was open too long, it keeps what you typed for 24 hours.
    We use no cookies for advertising or for tracking you.
