"""Ratios against baselines that are measured in the same minutes; docs/performance.md reports them."""
