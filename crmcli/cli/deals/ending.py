"""`crmcli deal win|lose`: a deal is over; each is one step that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.deals.options import DealArgument, NoteOption, OnOption, known_word, past_day, require_running
from crmcli.cli.deals.step import change
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import session
from crmcli.cli.typed import amount, tidy
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.reports.deals.standing import Standing
    from crmcli.store.deals.rows import Deal
    from crmcli.store.journal import Writer

app = program()
_NewOption = Annotated[
    bool, typer.Option("--new", help=_("the reason or competitor is a new one, however near the word"))
]
_NOBODY = ("none", "nobody", "no", "нет", "никто", "никого", "-")
_SHOWN = 8  # known words named in a hint


@app.command(
    "win", help=_("Close a deal as won."), epilog="crmcli deal win DL-2026-0001 --amount 470000 --quote Q-2026-0007"
)
def win(
    context: typer.Context,
    number: DealArgument,
    on: OnOption = None,
    amount_: Annotated[
        str | None, typer.Option("--amount", metavar="N", help=_("what it brought; else as it was"))
    ] = None,
    quote: Annotated[
        str | None,
        typer.Option(
            "--quote", metavar="QUOTE", help=_("the quote it was won by; its net sum is the amount unless said")
        ),
    ] = None,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Close a deal as won."""
    from crmcli.cli.deals.quoted import tie_quote
    from crmcli.rules.deals.stages import WON
    from crmcli.store.deals.moving import win_deal
    from crmcli.store.deals.stages import ending_stage

    state = session(context)
    day, brought = past_day(on, state), amount(amount_, "--amount")
    if brought is not None and brought < 0:
        raise UsageError(_("%(name)s cannot be below zero") % {"name": "--amount"})

    def do(writer: Writer, deal: Deal, found: Standing) -> None:
        require_running(deal, found)
        quoted = tie_quote(writer, deal, quote) if quote else None
        worth = brought if brought is not None else quoted
        win_deal(writer, deal, ending_stage(writer.con, WON), day, amount=worth, note=tidy(note))

    change(state, number, day, do, dry_run=dry_run, format=format, output=output)


@app.command("lose", help=_("Close a deal as lost: why, and to whom; both must be said."),
             epilog="crmcli deal lose DL-2026-0001 --reason price --competitor none")  # fmt: skip
def lose(
    context: typer.Context,
    number: DealArgument,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=_("why, in the words used before where they fit"))
    ] = None,
    competitor: Annotated[
        str | None, typer.Option("--competitor", metavar="NAME|none", help=_("who got it; none where nobody did"))
    ] = None,
    on: OnOption = None,
    note: NoteOption = None,
    new: _NewOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Close a deal as lost."""
    from crmcli.rules.deals.stages import LOST
    from crmcli.store.deals.moving import lose_deal
    from crmcli.store.deals.rows import known_competitors, known_reasons
    from crmcli.store.deals.stages import ending_stage

    state = session(context)
    day = past_day(on, state)

    def do(writer: Writer, deal: Deal, found: Standing) -> None:
        con = writer.con
        why = _word(tidy(reason), known_reasons(con), "--reason", _("say why the deal was lost"), new=new)
        whom = _word(
            tidy(competitor), known_competitors(con), "--competitor", _("say who got the deal, or none"), new=new
        )
        require_running(deal, found)
        rival = None if whom.casefold() in _NOBODY else whom
        lose_deal(writer, deal, ending_stage(con, LOST), day, reason=why, competitor=rival, note=tidy(note))

    change(state, number, day, do, dry_run=dry_run, format=format, output=output)


def _word(text: str | None, known: list[str], option: str, missing: str, *, new: bool) -> str:
    """A word that must be said, spelled as before.

    Raises:
        UsageError: It was not said, or is nearly one used before.
    """
    if text is None:
        before = ", ".join(known[:_SHOWN])
        raise UsageError(
            missing, f"{option} …" + (" " + _("said before: %(words)s") % {"words": before} if before else "")
        )
    if option == "--competitor" and text.casefold() in _NOBODY:
        return text
    return known_word(text, known, name=option, new=new)
