"""Tortoise's schema editors, with what a changed table would lose or never get."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import Field
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.models import Model


@dataclass(frozen=True)
class _Kept:
    """An index or trigger as it was before its table was rebuilt; `sql` is empty for a constraint of the table."""

    name: str
    sql: str
    unique: bool
    columns: tuple[str | None, ...]

    @property
    def plain(self) -> bool:
        """Say whether it is an index on columns only, of all rows."""
        return bool(self.columns) and None not in self.columns and " WHERE " not in self.sql.upper()


class _Corrected(BaseSchemaEditor):
    """Writes columns into an index, where the original writes the names of fields, and quotes in a default twice.

    SQLite takes "owner" for a text when there is no such column, and quietly indexes that.
    """

    def _escape_default_value(self, default: object) -> str:
        return _literal(default) if isinstance(default, str) else super()._escape_default_value(default)

    def _get_index_sql(  # noqa: PLR0917
        self,
        model: type[Model],
        field_names: Sequence[str],
        safe: bool = False,
        index_name: str | None = None,
        index_type: str | None = None,
        extra: str | None = None,
    ) -> str:
        columns = self._resolve_fields_to_columns(model, list(field_names))
        return super()._get_index_sql(model, columns, safe, index_name, index_type, extra)

    def _index_name_for_model(self, model: type[Model], index: Index) -> str:
        if index.name:
            return index.name
        index.resolve_expressions(model)
        return self._generate_index_name("idx", model, self._resolve_fields_to_columns(model, list(index.field_names)))


class SqliteEditor(_Corrected, SqliteSchemaEditor):
    """Alters SQLite tables. Most changes build the table anew, which of itself drops everything attached to it."""

    async def _run_sql(self, sql: str) -> None:
        if self.collect_sql:
            await super()._run_sql(sql)
        else:
            # Not split at every semicolon, as the original does: one may stand in a text.
            await self.client.execute_script(sql)

    @staticmethod
    def _default_to_sql_literal(value: object) -> str:
        return _literal(value) if isinstance(value, str) else SqliteSchemaEditor._default_to_sql_literal(value)

    async def _remake_table(
        self,
        model: type[Model],
        create_field: Any = None,
        delete_field: Any = None,
        alter_fields: Sequence[tuple[Any, Any]] | None = None,
        *,
        without: tuple[str, ...] = (),
    ) -> None:
        table = model._meta.db_table
        if self.collect_sql:
            await super()._remake_table(model, create_field, delete_field, alter_fields)
            return
        kept, last_id = await self._attached(table), await self._last_id(table)
        await super()._remake_table(model, create_field, delete_field, alter_fields)
        renamed = {_column(old): _column(new) for old, new in alter_fields or ()}
        dropped = {(True, without)} | {
            (unique, (_column(old),))
            for old, new in alter_fields or ()
            for unique, was, stays in ((True, old.unique, new.unique), (False, old.index, new.index))
            if was and not stays
        }
        await self._restore(table, [one for one in kept if (one.unique, one.columns) not in dropped], renamed)
        await self._raise_last_id(table, last_id)

    async def _alter_field(self, model: type[Model], old_field: Any, new_field: Any) -> None:
        await super()._alter_field(model, old_field, new_field)
        if new_field.index and not old_field.index:
            await self.add_index(model, Index(fields=(_column(new_field),)))

    async def remove_constraint(self, model: type[Model], constraint: UniqueConstraint | CheckConstraint) -> None:
        """Remove a constraint; one that belongs to the table itself is left out of a rebuilt table."""
        if isinstance(constraint, UniqueConstraint) and not self.collect_sql:
            columns = tuple(self._resolve_fields_to_columns(model, constraint.fields))
            if any(
                one.columns == columns and one.unique and not one.sql
                for one in await self._attached(model._meta.db_table)
            ):
                await self._remake_table(model, without=columns)
                return
        await super().remove_constraint(model, constraint)

    async def _attached(self, table: str) -> list[_Kept]:
        _, schema = await self.client.execute_query(
            "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger')", [table]
        )
        _, listed = await self.client.execute_query('SELECT name, "unique", origin FROM pragma_index_list(?)', [table])
        known = {row["name"]: row for row in listed}
        kept = []
        for row in schema:
            columns: tuple[str | None, ...] = ()
            if row["type"] == "index":
                if known[row["name"]]["origin"] == "pk":
                    continue
                _, parts = await self.client.execute_query(
                    "SELECT name FROM pragma_index_info(?) ORDER BY seqno", [row["name"]]
                )
                columns = tuple(part["name"] for part in parts)
            unique = row["type"] == "index" and bool(known[row["name"]]["unique"])
            kept.append(_Kept(row["name"], row["sql"] or "", unique, columns))
        return kept

    async def _restore(self, table: str, kept: Iterable[_Kept], renamed: dict[str, str]) -> None:
        _, rows = await self.client.execute_query("SELECT name FROM pragma_table_info(?)", [table])
        have = {row["name"] for row in rows}
        present = {(one.unique, one.columns) for one in await self._attached(table)}
        for one in kept:
            if not one.plain:  # a trigger, or an index on an expression: as it was written, or the migration fails
                await self.client.execute_script(one.sql)
                continue
            columns = [renamed.get(str(column), str(column)) for column in one.columns]
            if (one.unique, tuple(columns)) in present or not have.issuperset(columns):
                continue
            name = one.name if one.sql else self._generate_name(table, columns)
            await self.client.execute_script(
                f"CREATE {'UNIQUE ' if one.unique else ''}INDEX {self.quote(name)} ON {self.quote(table)} "
                f"({', '.join(map(self.quote, columns))})"
            )

    def _generate_name(self, table: str, columns: Sequence[str]) -> str:
        return f"uid_{table[:11]}_{columns[0][:7]}_{self._make_hash(table, *columns, length=6)}"

    async def _last_id(self, table: str) -> int:
        _, found = await self.client.execute_query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")
        if not found:
            return 0
        _, rows = await self.client.execute_query("SELECT seq FROM sqlite_sequence WHERE name = ?", [table])
        return int(rows[0]["seq"]) if rows else 0

    async def _raise_last_id(self, table: str, last_id: int) -> None:
        # Or the ids of deleted rows would be given again, and old addresses would show something else.
        if last_id > await self._last_id(table):
            await self.client.execute_query("DELETE FROM sqlite_sequence WHERE name = ?", [table])
            await self.client.execute_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, last_id])


class PostgresEditor(_Corrected, AsyncpgSchemaEditor):
    """Alters PostgreSQL tables, foreign keys included: the original leaves their ON DELETE as it was."""

    async def alter_field(self, old_model: type[Model], new_model: type[Model], field_name: str) -> None:
        """Change a column, and what happens to it when the row it refers to is deleted."""
        await super().alter_field(old_model, new_model, field_name)
        old, new = old_model._meta.fields_map[field_name], new_model._meta.fields_map[field_name]
        if _on_delete(old) == _on_delete(new) or self.collect_sql:
            return
        table, column = new_model._meta.db_table, _column(new)
        _, found = await self.client.execute_query(
            "SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS meaning FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) "
            "WHERE c.contype = 'f' AND c.conrelid = to_regclass($1) AND a.attname = $2",
            [self.quote(table), column],
        )
        for row in found:
            referring = str(row["meaning"]).partition(" ON DELETE ")[0]
            await self._run_sql(
                f"ALTER TABLE {self.quote(table)} DROP CONSTRAINT {self.quote(row['name'])}, "
                f"ADD CONSTRAINT {self.quote(row['name'])} {referring} ON DELETE {_on_delete(new)}"
            )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _column(field: Any) -> str:
    return str(field.source_field or field.model_field_name)


def _on_delete(field: Field[Any]) -> str | None:
    return str(field.on_delete) if isinstance(field, ForeignKeyFieldInstance) else None


_EDITORS: Final[dict[str, type[BaseSchemaEditor]]] = {"sqlite": SqliteEditor, "postgres": PostgresEditor}


def schema_editor(client: BaseDBAsyncClient, *, collect_sql: bool = False) -> BaseSchemaEditor:
    """Return the editor for an engine; with `collect_sql` it only notes what it would do."""
    return _EDITORS[client.capabilities.dialect](client, atomic=True, collect_sql=collect_sql)
