"""Readers of calls beside the rules: Claude, where MONITORING_EXTERNAL allows it, or the practice's own model."""

from monitoring.external.choice import reader_from, why_not
from monitoring.external.outbound import OUTBOUND_FILE, Outbound, OutboundLog
from monitoring.external.reader import ExternalReader

__all__ = ["OUTBOUND_FILE", "ExternalReader", "Outbound", "OutboundLog", "reader_from", "why_not"]
