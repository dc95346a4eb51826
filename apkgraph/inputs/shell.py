"""A piece of shell, followed without running it: which calls of apk it makes, in order, and under which conditions.

Branches whose condition is known are taken or left; of the others all are followed, and what happens there is marked
conditional. What cannot be followed at all is reported (`Unresolved`), never guessed and never dropped.

Source: chapter 2 of the Shell Command Language (POSIX.1-2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tree_sitter import Node

from apkgraph.errors import InputError
from apkgraph.inputs.events import Event, Unresolved
from apkgraph.inputs.shell_commands import Stop, run_command
from apkgraph.inputs.shell_conditions import FAILS, LIKELY, SUCCEEDS, UNKNOWN, Status, negated, pattern_status, test_status
from apkgraph.inputs.shell_output import follow_redirects, printed
from apkgraph.inputs.shell_syntax import Lines, Script, parse, statements
from apkgraph.inputs.shell_values import Field, Hole, Value, Variables, as_field, known
from apkgraph.inputs.shell_words import Words

_MOST_STEPS = 20_000
_MOST_CHARACTERS = 1 << 22
_DEEPEST = 60
_OF_A_BRANCH = "it is set differently in different branches"
_KEYWORDS = ("if", "elif", "then", "else", "fi", "while", "until", "do", "done")


@dataclass(slots=True)
class Run:
    """What all shells of one RUN instruction share: the events so far, facts of the machine, the steps left."""

    arch: str
    bash: bool = False
    events: list[Event] = field(default_factory=list)
    conditions: int = 0
    depth: int = 0
    steps: int = _MOST_STEPS
    characters: int = _MOST_CHARACTERS

    def spend(self, characters: int, line: int) -> None:
        """Count what variables expand to; InputError where they grow beyond all bounds."""
        self.characters -= characters
        if self.characters < 0:
            message = f"line {line}: the variables of this shell script grow too long to be followed"
            raise InputError(message)

    def step(self, line: int) -> None:
        """Count one more command; InputError where a script never comes to an end."""
        self.steps -= 1
        if self.steps <= 0 or self.depth > _DEEPEST:
            what = "is nested too deeply" if self.depth > _DEEPEST else "goes on too long"
            message = f"line {line}: the shell script {what} to be followed"
            raise InputError(message)


class Shell:
    """One shell: its script, variables and functions."""

    def __init__(
        self, script: Script, variables: Variables, run: Run, functions: dict[str, tuple[Script, Node]] | None = None
    ) -> None:
        self.script = script
        self.variables = variables
        self.run = run
        self.functions = {} if functions is None else functions
        self.words = Words(script, variables, self._substitution, run.spend)

    # What commands ask of their shell

    @property
    def conditional(self) -> bool:
        """Whether what runs now runs only on a condition that is not known."""
        return self.run.conditions > 0

    def emit(self, event: Event) -> None:
        """Report one more event."""
        self.run.events.append(event)

    def unresolved(self, node: Node, reason: str) -> None:
        """Report what cannot be followed."""
        text = " ".join(self.script.text(node).split())
        self.emit(Unresolved(self.script.line(node), text[:200], reason, self.conditional))

    def subshell(self, script: Script | None = None) -> Shell:
        """A shell whose variables are its own from here on."""
        return Shell(script or self.script, self.variables.copy(), self.run, dict(self.functions))

    def script_text(self, text: str, lines: Lines, *, own: bool) -> Status:
        """Follow the text of a script: in a shell of its own (`sh -c`), or in this one (`eval`)."""
        script = parse(text, lines)
        shell = self.subshell(script) if own else Shell(script, self.variables, self.run, self.functions)
        return shell.all_of(script.root)

    def call(self, name: str, arguments: list[Field]) -> Status:
        """Follow the body of a function."""
        script, body = self.functions[name]
        before = self.variables.positional
        self.variables.positional = tuple((argument,) for argument in arguments)
        try:
            return Shell(script, self.variables, self.run, self.functions).one(body, ends=True)
        finally:
            self.variables.positional = before

    # Statements

    def all_of(self, node: Node) -> Status:
        """Follow a script to its end, or to where it leaves."""
        return self.sequence(statements(node), ends=True)

    def sequence(self, nodes: Iterable[Node], *, ends: bool = False) -> Status:
        """Follow statements one after another; `ends`: leaving them ends no more than them."""
        status = LIKELY
        try:
            for node in nodes:
                status = self.one(node)
        except Stop:
            if not ends:
                raise
        return status

    def one(self, node: Node, *, ends: bool = False) -> Status:
        """Follow one statement."""
        if ends:
            return self.sequence([node], ends=True)
        self.run.depth += 1
        self.run.step(self.script.line(node))
        try:
            follow = _STATEMENTS.get(node.type)
            if follow is not None:
                return follow(self, node)
            if node.type not in ("comment", "variable_name") and "apk" in self.script.text(node):
                self.unresolved(node, "this is no shell that apkgraph can read")
            return LIKELY
        finally:
            self.run.depth -= 1

    def maybe(self, branches: list[Callable[[], object]], *, exhaustive: bool = False) -> None:
        """Follow branches of which nobody knows whether they run; after them only what all agree on is known.

        A branch that leaves (`*) exit 1`) has no say in what is known after them.
        """
        before = self.variables.copy()
        ends = [] if exhaustive else [before.copy()]
        for branch in branches:
            self.variables.become(before)
            self.run.conditions += 1
            try:
                branch()
                ends.append(self.variables.copy())
            except Stop:
                continue
            finally:
                self.run.conditions -= 1
        if not ends:
            raise Stop
        self.variables.merge(ends, _OF_A_BRANCH)

    def _list(self, node: Node) -> Status:
        # `a && b || c` leans to the left: take the left spine apart without recursion, for it may be long.
        chain: list[tuple[str, Node]] = []
        while node.type == "list" and len(node.children) == 3:
            chain.append((node.children[1].type, node.children[2]))
            node = node.children[0]
        return self.chain(self.one(node), reversed(chain))

    def chain(self, status: Status, rest: Iterable[tuple[str, Node]]) -> Status:
        """Follow what comes after `&&` and `||`."""
        for sign, node in rest:
            if sign == "&&" and status in (SUCCEEDS, LIKELY):
                status = self.one(node)
            elif sign == "||" and status == FAILS:
                status = self.one(node)
            elif sign == "&&" and status == UNKNOWN:
                self.maybe([lambda node=node: self.one(node)])  # type: ignore[misc]
            elif sign == "||" and status in (LIKELY, UNKNOWN):
                self.maybe([lambda node=node: self.one(node)])  # type: ignore[misc]
                status = LIKELY
        return status

    def _compound(self, node: Node) -> Status:
        status = self.sequence(statements(node))
        return UNKNOWN if node.children[0].type == "((" else status

    def _subshell(self, node: Node) -> Status:
        return self.subshell().all_of(node)

    def _pipeline(self, node: Node) -> Status:
        status = LIKELY
        stages = list(statements(node))
        for place, stage in enumerate(stages):
            source = stages[place - 1] if place else None
            shell = self.subshell()
            if source is not None and stage.type == "while_statement":
                shell.variables.unknown = "it is read from a pipe"
            follow_redirects(shell, stage, source)
            status = shell.one(stage, ends=True)
        return status

    def _redirected(self, node: Node) -> Status:
        body = node.child_by_field_name("body")
        follow_redirects(self, node, body)
        status = LIKELY if body is None else self.one(body)
        for redirect in node.children_by_field_name("redirect"):
            if redirect.type == "heredoc_redirect":
                status = self._after_heredoc(redirect, node, status)
        return status

    def _after_heredoc(self, redirect: Node, whole: Node, status: Status) -> Status:
        # What stands behind `<<EOF` on the same line lies inside the redirect.
        for child in redirect.named_children:
            if child.type == "pipeline":
                for stage in statements(child):
                    follow_redirects(self, stage, whole)
                    status = self.subshell().one(stage, ends=True)
        sign, right = redirect.child_by_field_name("operator"), redirect.child_by_field_name("right")
        return status if sign is None or right is None else self.chain(status, [(sign.type, right)])

    def _negated(self, node: Node) -> Status:
        return negated(self.sequence(statements(node)))

    def _test(self, node: Node) -> Status:
        return test_status(self.words, node)

    def _if(self, node: Node) -> Status:
        branches: list[Callable[[], object]] = []
        for condition, body in _arms(node):
            status = SUCCEEDS if condition is None else self._condition(condition, inside=bool(branches))
            if status == FAILS:
                continue
            if status == SUCCEEDS and not branches:
                return self.sequence(body)
            branches.append(lambda body=body: self.sequence(body))  # type: ignore[misc]
            if status == SUCCEEDS:
                self.maybe(branches, exhaustive=True)
                return LIKELY
        if branches:
            self.maybe(branches)
        return LIKELY

    def _condition(self, nodes: list[Node], *, inside: bool) -> Status:
        status = UNKNOWN
        if not inside:
            status = self.sequence(nodes)
        else:
            self.maybe([lambda: self.sequence(nodes)])
        return UNKNOWN if status == LIKELY else status

    def _case(self, node: Node) -> Status:
        value = node.child_by_field_name("value")
        subject = known(self.words.value(value)) if value is not None else None
        branches: list[Callable[[], object]] = []
        for item in (child for child in node.named_children if child.type == "case_item"):
            patterns = item.children_by_field_name("value")
            body = [child for child in statements(item) if child not in patterns]
            status = pattern_status(subject, [as_field(self.words.value(pattern)) for pattern in patterns])
            if status == SUCCEEDS and not branches:
                return self.sequence(body)
            if status != FAILS:
                branches.append(lambda body=body: self.sequence(body))  # type: ignore[misc]
            if status == SUCCEEDS:
                self.maybe(branches, exhaustive=True)
                return LIKELY
        if branches:
            self.maybe(branches)
        return LIKELY

    def _for(self, node: Node) -> Status:
        variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        values = node.children_by_field_name("value")
        if variable is None or body is None or node.children[0].type == "select":
            return self._loop(node)
        name = self.script.text(variable)
        fields = self.words.fields(values) if values else [as_field(v) for v in self.variables.positional or ()]
        for item in fields:
            self.variables.values[name] = (item,)
            if isinstance(item, Hole):
                self.maybe([lambda: self.one(body, ends=True)])
            else:
                try:
                    self.one(body)
                except Stop:
                    break
        return LIKELY

    def _loop(self, node: Node) -> Status:
        body = node.child_by_field_name("body")
        for condition in node.children_by_field_name("condition"):
            if condition.is_named and node.type == "while_statement":
                self.one(condition)
        if body is not None:
            self.maybe([lambda: self.one(body, ends=True)])
        return LIKELY

    def _function(self, node: Node) -> Status:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None:
            self.functions[self.script.text(name)] = (self.script, body)
        return LIKELY

    # Assignments

    def _assignments(self, node: Node) -> Status:
        for child in [node] if node.type == "variable_assignment" else node.named_children:
            if child.type == "variable_assignment":
                self.assign(child)
        return LIKELY

    def assign(self, node: Node) -> None:
        """`name=value`, `name+=value`, `name=(…)`."""
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None or target.type != "variable_name":
            return
        name = self.script.text(target)
        if value is not None and value.type == "array":
            self.variables.arrays[name] = tuple((item,) for item in self.words.fields(value.named_children))
            return
        new = () if value is None else self.words.value(value)
        if any(child.type == "+=" for child in node.children):
            new = (*(self.variables.get(name) or ()), *new)
        self.variables.values[name] = new

    def _unset(self, node: Node) -> Status:
        for child in node.named_children:
            self.variables.values.pop(self.script.text(child), None)
        return LIKELY

    def _command(self, node: Node) -> Status:
        return run_command(self, node)

    def _substitution(self, node: Node) -> Value:
        """What `$(…)` prints; whatever it does besides is followed."""
        shell = self.subshell()
        self.run.depth += 1
        try:
            self.run.step(self.script.line(node))
            value = printed(shell, list(statements(node)))
            if value is None:
                shell.sequence(statements(node), ends=True)
                value = (Hole(self.script.text(node), "only the running shell knows what the command prints"),)
        finally:
            self.run.depth -= 1
        return value


def _arms(node: Node) -> list[tuple[list[Node] | None, list[Node]]]:
    """The arms of an `if`: what each one asks (None for `else`), and what it does."""
    condition: list[Node] = []
    body: list[Node] = []
    rest: list[tuple[list[Node] | None, list[Node]]] = []
    into = condition
    for child in node.children:
        if child.type == "then":
            into = body
        elif child.type == "elif_clause":
            rest += _arms(child)
        elif child.type == "else_clause":
            rest.append((None, list(statements(child))))
        elif child.is_named and child.type not in ("comment", *_KEYWORDS):
            into.append(child)
    return [(condition, body), *rest]


_STATEMENTS: dict[str, Callable[[Shell, Node], Status]] = {
    "c_style_for_statement": Shell._loop,
    "case_statement": Shell._case,
    "command": Shell._command,
    "compound_statement": Shell._compound,
    "declaration_command": Shell._assignments,
    "do_group": lambda shell, node: shell.sequence(statements(node)),
    "for_statement": Shell._for,
    "function_definition": Shell._function,
    "if_statement": Shell._if,
    "list": Shell._list,
    "negated_command": Shell._negated,
    "pipeline": Shell._pipeline,
    "program": lambda shell, node: shell.sequence(statements(node)),
    "redirected_statement": Shell._redirected,
    "subshell": Shell._subshell,
    "test_command": Shell._test,
    "unset_command": Shell._unset,
    "variable_assignment": Shell._assignments,
    "variable_assignments": Shell._assignments,
    "while_statement": Shell._loop,
}


def read_shell(text: str, lines: Lines, variables: Variables, *, arch: str) -> tuple[Event, ...]:
    """What a script does to packages, in order; `arch` is the machine's, in Alpine's words.

    Raises InputError for a script that is too large or too deeply nested to be followed.
    """
    run = Run(arch)
    script = parse(text, lines)
    Shell(script, variables, run).all_of(script.root)
    return tuple(run.events)
