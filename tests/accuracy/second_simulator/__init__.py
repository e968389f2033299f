"""A second, independent simulator of lateral-hip ultrasound: a stand-in for pictures of somebody else's making."""
