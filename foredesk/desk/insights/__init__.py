"""Insights: dashboards, the page of each measure, the tickets behind every figure."""
