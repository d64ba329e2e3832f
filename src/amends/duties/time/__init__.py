"""Time as laws count it: clocks, calendars, delays and embargoes."""
