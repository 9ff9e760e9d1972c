"""Words of closed lists that the card shows, marked here for the translators: they come from SQL or from columns."""

from __future__ import annotations

from crmcli.language import N_

FIELDS = (
    N_("code"),
    N_("name"),
    N_("kind"),
    N_("role"),
    N_("tax id"),
    N_("email"),
    N_("phone"),
    N_("website"),
    N_("address"),
    N_("place"),
    N_("industry"),
    N_("group"),
    N_("source"),
    N_("channel"),
    N_("manager"),
    N_("price list"),
    N_("payment terms days"),
    N_("credit limit"),
    N_("consent mail"),
    N_("consent call"),
    N_("created on"),
    N_("tags"),
    N_("note"),
)
STATUSES = (N_("draft"), N_("confirmed"), N_("shipped"), N_("delivered"), N_("completed"), N_("cancelled"))
TICKET_KINDS = (
    N_("question"),
    N_("complaint"),
    N_("suggestion"),
    N_("claim"),
    N_("warranty"),
    N_("replacement"),
)
PRIORITIES = (N_("primary"), N_("urgent"), N_("high"), N_("normal"), N_("medium"), N_("low"))
