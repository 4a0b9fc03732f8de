# A10 photo, A11 check
photo-title = Choose your photo
photo-not-needed = Children under one year need no photo. The card is made without one.
photo-is-chosen = You have chosen a photo. Choose another below only if you want to change it.
photo-is-pasted = You chose to glue a printed photo.
photo-yours = The photo you uploaded
photo-rule-recent = Taken in the last 6 months
photo-rule-front = Facing front, no hat, plain background
photo-rule-file = JPEG or PNG, up to 8 MB, each side 480 pixels or more
photo-file = Photo file
photo-submit = Check the photo
photo-working = Making the photo smaller
photo-sending = Sending the photo
photo-other-ways = If you have no photo file
photo-paste = I will glue a printed photo
photo-later = Later
photo-paste-hint = You glue a print (45 mm high, 35 mm wide) to the form. Both ways are treated the same.
photo-check-title = Check your photo
photo-card-size = Printed 27.5 × 22 mm on the card
photo-adjust = Adjust the crop
photo-up = Up
photo-down = Down
photo-left = Left
photo-right = Right
photo-larger = Larger
photo-smaller = Smaller
photo-rotate = Rotate
photo-results = Automatic check
photo-level-pass = OK
photo-level-attention = Check
photo-level-unusable = Cannot be used
photo-yourself = Please check yourself
photo-taken = It is me, taken in the last 6 months
photo-use = Use this photo
photo-another = Choose another photo
photo-unusable = This photo cannot be used. Choose another.
error-photo-none = Select a photo
error-photo-damaged = The file is empty or damaged. Choose another photo
error-photo-too-large = The photo must be smaller than 8 MB (it is { $megabytes } MB)
error-photo-heic = HEIC photos cannot be used yet. On an iPhone choose Settings, Camera, Formats, Most Compatible and take it again, or email the photo to yourself as JPEG
error-photo-kind = The photo must be a JPEG or PNG
error-photo-too-small = The photo is too small ({ $width }×{ $height }). Each side must be 480 pixels or more
error-photo-too-many-pixels = The photo is too big to be read ({ $width } × { $height }). Set the camera to a smaller size, or make the photo smaller
error-taken-empty = Tick the box if the photo is of you and was taken in the last 6 months
photo-file-pass = File type and size ({ $kind }, { $megabytes } MB, { $width }×{ $height })
photo-file-attention = The file is small, so the print may look coarse ({ $kind }, { $megabytes } MB, { $width }×{ $height })
photo-faces-pass = One face
photo-faces-unusable = { $count ->
    [0] No face was found. Choose a bright photo that faces the camera
   *[other] { $count } faces were found. Choose a photo of the applicant alone
}
photo-faces-attention = We could not check that there is one face. Check it yourself
photo-upright-pass = The photo is the right way up
photo-upright-attention = The photo seems to lie on its side or upside down. Use “Rotate”
photo-head-pass = The size of the face fits the guide ({ $millimetres } mm from crown to chin)
photo-head-attention = The size of the face seems to differ from the guide (now { $millimetres } mm; about 34 mm)
photo-gap-pass = The gap above the head fits the guide ({ $millimetres } mm)
photo-gap-attention = The gap above the head seems to differ from the guide (now { $millimetres } mm; about 4 mm)
photo-middle-pass = The face is in the middle
photo-middle-attention = The face seems to be { $millimetres } mm off the middle. Use the Left and Right buttons
photo-resolution-pass = Fine enough to print
photo-resolution-attention = The crop seems coarse ({ $width }×{ $height }). A photo taken closer prints better
photo-sharpness-pass = The face is sharp
photo-sharpness-attention = The face seems to be out of focus or shaken
photo-light-pass = The light is good
photo-light-attention = { $light ->
    [dark] The face seems dark. A brighter place helps
   *[bright] The face seems too bright. A place with softer light helps
}
photo-background-pass = Plain background
photo-background-attention = There seems to be an object or a pattern in the background
photo-shadow-pass = No shadow
photo-shadow-attention = { $place ->
    [face] There seems to be a shadow on the face
   *[wall] There seems to be a shadow in the background
}
photo-example-good = Good
photo-example-shadow = Not good: a shadow
photo-example-side = Not good: face turned
photo-example-hat = Not good: a hat
photo-example-glasses = Not good: glare on glasses
