"""What a set of packages costs, and why."""
