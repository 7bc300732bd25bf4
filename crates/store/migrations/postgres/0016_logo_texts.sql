-- What stands for a logo where it is not seen. One from before there were such texts has none: its account's name stands for it.
ALTER TABLE logo ADD COLUMN alt TEXT COLLATE "C";
