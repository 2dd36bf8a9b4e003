"""What the tables are like between two steps of the migrations; a model is built when a step asks for it.

Tortoise builds the models of all tables anew at every step, which takes longer than all the SQL.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

from base.db.connection import NAME

APP: Final = "models"

Key = tuple[str, str]
States = dict[Key, ModelState]


class Outline(State):
    """The fields of every table, without models."""

    def __init__(self, models: States, apps: StateApps | None = None) -> None:
        super().__init__(models=models, apps=apps or _OnDemand(models))

    def reload_model(self, *given: Any) -> None:
        """Build no model."""

    def reload_models(self, model_tuples: Iterable[Key]) -> None:
        """Build no models."""

    def validate_relations_initialized(self) -> None:
        """Refuse a reference to a table that no step has made."""
        for key, state in self.models.items():
            if missing := _pointed_at(state) - self.models.keys():
                raise RuntimeError(f"{key[1]} refers to what no migration makes: {sorted(missing)}")

    def whole(self) -> State:
        """Return the same with the models of all tables, as code of a migration may ask for any of them."""
        made = State(models={key: state.clone() for key, state in self.models.items()}, apps=_no_models())
        made.reload_models(list(made.models))
        return made


class _OnDemand(StateApps):
    """Builds a model, and those it refers to, when it is asked for."""

    def __init__(self, states: States) -> None:
        super().__init__(default_connections={APP: NAME})
        self._states: Final = states

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """Build the model of a table; a change of a table needs only what the table itself refers to."""
        key = self.split_reference(app_label) if model_name is None else (app_label, model_name)
        built = _no_models()
        for label, name in {key, *_pointed_at(self._states[key])} & self._states.keys():
            built.register_model(label, self._states[label, name].render(built))
        built._init_relations()
        built._build_initial_querysets()
        return built.get_model(*key)

    def clone(self, model_states: Mapping[Key, ModelState] | None = None) -> StateApps:
        """Return one that builds from other states."""
        return _OnDemand(dict(self._states if model_states is None else model_states))

    def unregister_model(self, *given: Any) -> None:
        """Forget nothing: nothing is kept."""


def _no_models() -> StateApps:
    return StateApps(default_connections={APP: NAME})


def _pointed_at(state: ModelState) -> set[Key]:
    found = set()
    for field in state.fields.values():
        if isinstance(field, ForeignKeyFieldInstance | ManyToManyFieldInstance):
            label, _, name = str(field.model_name).partition(".")
            found.add((label, name))
    return found
