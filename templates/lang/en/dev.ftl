dev-mailbox-title = Mailbox of the demo
dev-mailbox-intro = The mail this demo sent. Nothing really leaves it.
dev-mailbox-newer = Newer mails
dev-mailbox-older = Older mails
