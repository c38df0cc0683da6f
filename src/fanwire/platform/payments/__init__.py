"""What the payment provider says: one signed webhook, applied once, whatever the order of delivery."""
