"""What people see of the duties: findings, calendar, forms, the page for counsel, what-if, other formats."""
