"""``ResourceOperations``: what is the same for many resources, written once.

An identifier is given or made; the owner must be there; create refuses a second one; list
has pages; update replaces or keeps; an answer repeats what was said, and adds what AWS fills
in. The service model says which members an answer has and what an update may change. A
subclass for each resource says how it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, ClassVar, Generic, TypeVar, cast

from pytest_appsync import model
from pytest_appsync.service.apis import Kind, Region
from pytest_appsync.service.collection import Collection, Resource, T
from pytest_appsync.service.errors import ServiceError

Params = Mapping[str, Any]
Result = dict[str, Any]
Operation = Callable[[Region, Params], Result]
R = TypeVar("R", bound=Resource)


class ResourceOperations(Generic[R]):
    """Create, get, list, update and delete, for one kind of resource.

    :cvar noun: what the operations' names call it, such as ``"DataSource"``.
    :cvar verbs: the operations that it has.
    :cvar identifier: the parameter that names one; AppSync makes it where
        :meth:`new_id` does.
    :cvar owner: the kind of API that owns it; ``None`` for either.
    :cvar arn: the member that holds its ARN, and the ARN's path by the members of its answer.
    :cvar defaults: what AWS fills in where nothing was said.
    :cvar missing: AWS's words where it does not exist, by the parameters and the ``verb``.
    :cvar exists: AWS's words where it exists already, by the parameters.
    :cvar exists_code: the error code for these words.
    :cvar quota: how many an owner may have, and the code and words of the refusal of more.
    :cvar update_replaces: whether an update removes the members that it does not name.
    :cvar left_out_of_lists: the members that only the answers about one resource have.
    """

    noun: ClassVar[str]
    verbs: ClassVar[tuple[str, ...]] = ("Create", "Get", "List", "Update", "Delete")
    identifier: ClassVar[str] = "name"
    owner: ClassVar[Kind | None] = "GRAPHQL"
    arn: ClassVar[tuple[str, str] | None] = None
    defaults: ClassVar[Mapping[str, Any]] = {}
    missing: ClassVar[str | None] = None
    exists: ClassVar[str | None] = None
    exists_code: ClassVar[str] = "BadRequestException"
    quota: ClassVar[tuple[int, str, str] | None] = None
    update_replaces: ClassVar[bool] = False
    left_out_of_lists: ClassVar[tuple[str, ...]] = ()

    # --- how a resource may differ ---

    def among(self, region: Region, params: Params) -> Collection[R]:
        """The resources of this kind that the owner has."""
        return cast("Collection[R]", region.api(params["apiId"], self.owner).owned(self.noun))

    def id_in(self, params: Params) -> str:
        """The id that a request names."""
        return cast(str, params[self.identifier])

    def new_id(self, region: Region, params: Params) -> str:
        """The id of a new resource."""
        return self.id_in(params)

    def check(self, region: Region, params: Params, present: R | None) -> None:
        """Refuse a creation, or an update of what is ``present``.

        :raises ServiceError: where AppSync would.
        """

    def check_deletion(self, region: Region, resource: R) -> None:
        """Refuse a deletion.

        :raises ServiceError: where AppSync would.
        """

    def filters(self, params: Params) -> Params:
        """What the members of a resource must be, so that a list with these parameters has it."""
        return {name: params[name] for name in self._members & params.keys()}

    def filled_in(self, region: Region, resource: R) -> Result:
        """The members of an answer that are worked out, beside ARN, defaults and tags."""
        return {}

    # --- what is the same ---

    def operations(self) -> dict[str, Operation]:
        """The operations, by AWS's name."""
        return {
            f"{verb}{self.noun}{'s' * (verb == 'List')}": getattr(self, verb.lower())
            for verb in self.verbs
        }

    def create(self, region: Region, params: Params) -> Result:
        found, id = self.among(region, params), self.new_id(region, params)
        if found.get(id) is not None:
            raise ServiceError(self.exists_code, _worded(self.exists, params))
        if self.quota is not None and len(found) >= self.quota[0]:
            raise ServiceError(*self.quota[1:])
        self.check(region, params, None)
        now, members = region.clock.now(), self.members_in(params)
        members |= {name: now for name in ("created", "lastModified") if name in self._members}
        if self.identifier in self._members:
            members.setdefault(self.identifier, id)
        resource = self.make(region, id, params, members)
        found.add(resource)
        return self.answer(region, resource, params)

    def make(self, region: Region, id: str, params: Params, members: Result) -> R:
        """A new resource."""
        return cast(R, Resource(id, next(region.numbers), params.get("apiId", ""), members))

    def get(self, region: Region, params: Params) -> Result:
        return self.answer(region, self.find(region, params), params)

    def list(self, region: Region, params: Params) -> Result:
        return self.page(region, f"List{self.noun}s", self.among(region, params), params)

    def page(self, region: Region, operation: str, items: Collection[R], params: Params) -> Result:
        """The answer of an operation that lists resources of this kind."""
        wanted, defaults = self.filters(params).items(), self.defaults

        def is_wanted(resource: R) -> bool:
            return all(
                resource.members.get(name, defaults.get(name)) == value for name, value in wanted
            )

        describe = partial(self.describe_in_list, region, params=params)
        return listed(region, operation, params, items, describe, is_wanted)

    def update(self, region: Region, params: Params) -> Result:
        resource = self.find(region, params, "update")
        self.check(region, params, resource)
        kept = resource.members
        if self.update_replaces:
            may_change = model.request_members(f"Update{self.noun}")
            kept = {name: value for name, value in kept.items() if name not in may_change}
        resource.members = kept | self.members_in(params)
        if "lastModified" in self._members:
            resource.members["lastModified"] = region.clock.now()
        return self.answer(region, resource, params)

    def delete(self, region: Region, params: Params) -> Result:
        resource = self.find(region, params, "delete")
        self.check_deletion(region, resource)
        self.among(region, params).remove(resource)
        return {}

    def find(self, region: Region, params: Params, verb: str = "get") -> R:
        """The resource that a request names.

        :param verb: what the request wants with it.
        :raises ServiceError: NotFoundException where it, or its owner, is not there.
        """
        found = self.among(region, params).get(self.id_in(params))
        if found is None:
            raise ServiceError("NotFoundException", _worded(self.missing, {**params, "verb": verb}))
        return found

    def answer(self, region: Region, resource: R, params: Params) -> Result:
        """The answer of create, get and update."""
        return {self._answer[0]: self.describe(region, resource, params)}

    def describe(self, region: Region, resource: R, params: Params) -> Result:
        """The resource in an answer. Members that its shape does not have are not sent."""
        answer = {**self.defaults, **resource.members, **self.filled_in(region, resource)}
        if "tags" in self._members:
            answer.setdefault("tags", {})
        if self.arn is not None:
            member, path = self.arn
            answer[member] = region.arn(path.format_map({**answer, "apiId": resource.api_id}))
        return answer

    def describe_in_list(self, region: Region, resource: R, params: Params) -> Result:
        """The resource in the answer of list."""
        described = self.describe(region, resource, params)
        for member in self.left_out_of_lists:
            described.pop(member, None)
        return described

    def members_in(self, params: Params) -> Result:
        return {name: value for name, value in params.items() if name in self._members}

    @cached_property
    def _answer(self) -> tuple[str, Any]:
        """The member of the answer of get that is the resource, and its shape."""
        return _first("structure", f"Get{self.noun}")

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(self._answer[1].members)


def listed(
    region: Region,
    operation: str,
    params: Params,
    items: Collection[T],
    describe: Callable[[T], Result],
    visible: Callable[[T], bool] = lambda item: True,
) -> Result:
    """One page of a list. What identifies the list is all of the request but the paging."""
    about = {name: value for name, value in params.items() if name not in _PAGING}
    page, next_token = region.pager.page(
        items,
        scope=(operation, region.name, sorted(about.items())),
        max_results=params.get("maxResults"),
        next_token=params.get("nextToken"),
        visible=visible,
    )
    member, _ = _first("list", operation)
    return {member: [describe(item) for item in page], "nextToken": next_token}


_PAGING = ("maxResults", "nextToken")


def _first(type_name: str, operation: str) -> tuple[str, Any]:
    """The first member of that type in an operation's answer. A newer model may have others."""
    members = model.answer_members(operation).items()
    return next((name, shape) for name, shape in members if shape.type_name == type_name)


def _worded(words: str | None, params: Params) -> str | None:
    return None if words is None else words.format_map(params)
