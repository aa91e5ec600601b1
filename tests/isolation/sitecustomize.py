"""Python imports this at its start, where a test started that Python: see audit_hook.py."""

from __future__ import annotations

import os
from pathlib import Path

import audit_hook

if audit_hook.LOG in os.environ:
    audit_hook.install(audit_hook.private_paths(), Path(os.environ[audit_hook.LOG]))
