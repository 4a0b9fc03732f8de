# The frame: words on every page
service-name = My Number Card Abroad
