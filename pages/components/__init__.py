"""What pages share: set-up, session keys, services, messages, widgets and the chart."""
