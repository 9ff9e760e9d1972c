"""Fields of the owner's own, kept as one JSON object a row: later files add to it, heading by heading."""

from __future__ import annotations

import json

from crmcli.intake.admit.admission import Admission


def merged_custom(admission: Admission, old: str, new: str) -> str:
    """SQL of the stored object with what the file says; with `--empty clear` its empty cells take their headings out.

    Args:
        admission: The headings of the file are those of its stage.
        old: SQL of the stored object, NULL when empty.
        new: SQL of the file's object, NULL when empty.
    """
    kept = old
    if admission.policy.empty == "clear":
        nothing = json.dumps(dict.fromkeys(admission.stage.custom), ensure_ascii=False)
        admission.con.execute("CREATE OR REPLACE TEMP TABLE cleared AS SELECT $1::VARCHAR AS patch", [nothing])
        kept = f"nullif(json_merge_patch({old}, (SELECT patch FROM cleared))::VARCHAR, '{{}}')"
    merged = f"CASE WHEN {new} IS NULL THEN {kept} WHEN {kept} IS NULL THEN {new} ELSE json_merge_patch({kept}, {new})::VARCHAR END"
    return f"CASE WHEN {old} = {new} THEN {old} ELSE {merged} END"
