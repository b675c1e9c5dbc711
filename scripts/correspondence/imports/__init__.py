"""Letters of existing editions and tables made into records: the work of ``letters import``."""
