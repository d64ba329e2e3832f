"""Free text: the compiled kernel that finds values, names and places, and ties them to the humans they belong to."""
