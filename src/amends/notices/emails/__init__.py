"""E-mails: messages compiled once for each variant, with the lines of one person put between, and signed."""
