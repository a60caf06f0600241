"""Balance, statement and prices of the caller's environment."""

from fastapi import APIRouter
from shared.http.pagination import Cursor, Limit, decode_cursor, page

from billing.entrypoints.http.dependencies import App, Reader
from billing.entrypoints.http.problems import problems
from billing.entrypoints.http.schemas import BalanceAnswer, PricesAnswer, TransactionLine, TransactionPage

router = APIRouter(tags=["credit"])


@router.get("/balance", operation_id="getBalance", responses=problems(400, 401, 403, 503))
async def get_balance(app: App, caller: Reader) -> BalanceAnswer:
    """Show the credit that is left. Needs the plan Basic or higher."""
    return BalanceAnswer.of(await app.get_balance(caller))


@router.get("/transactions", operation_id="listTransactions", responses=problems(400, 401, 403, 503))
async def list_transactions(app: App, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> TransactionPage:
    """List what changed the credit, newest first."""
    rows = await app.list_transactions(caller, after=decode_cursor(cursor), limit=limit)
    kept, following = page(rows, limit=limit, id_of=lambda row: row.id)
    return TransactionPage(items=[TransactionLine.of(row) for row in kept], next=following)


@router.get("/prices", operation_id="getPrices", responses=problems(400, 401, 403, 503))
async def get_prices(app: App, caller: Reader) -> PricesAnswer:
    """Show the price list in force."""
    return PricesAnswer.of(await app.get_prices(caller))
