-- In which language somebody read the pages of a sign-in in that browser: mails that nobody asked for on a page go out in it.
ALTER TABLE known_browser ADD COLUMN language TEXT;
