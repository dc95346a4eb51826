"""A piece of shell, followed without running it: which calls of apk it makes, in order, and under which conditions.

Branches whose condition is known are taken or left; of the others all are followed, and what happens there is marked
conditional. What cannot be followed at all is reported (`Unresolved`), never guessed and never dropped.

Source: chapter 2 of the Shell Command Language (POSIX.1-2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from apkgraph import limits
from apkgraph.dockerfile.events import Choice, Event, Unresolved
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.shell.conditions import FAILS, LIKELY, SUCCEEDS, UNKNOWN, Status, Stop
from apkgraph.dockerfile.shell.syntax import Lines, Script, parse, statements
from apkgraph.dockerfile.shell.values import Field, Part, Unknown, Value, Variables, joined
from apkgraph.dockerfile.shell.words import Words
from apkgraph.errors import InputError

_WORDS = ("continue", "break", "return", "exit")  # that leave: the one that leaves least first
_OF_A_BRANCH = "it is set differently in different branches"


class ScriptPlatform(NamedTuple):
    """What a script may ask of the machine: its architecture, in Alpine's words, and its release, as far as known."""

    arch: str
    release: str | None = None


@dataclass(slots=True)
class Run:
    """What all shells of one RUN instruction share: the events so far, facts of the machine, what it may cost.

    `statements` follows one kind of statement each; `printed` says what statements print, None where that is not
    certain. `stops`: the words (`exit`, `break` …) by which a branch that may have run has left, and its variables.
    """

    machine: ScriptPlatform
    work_limits: WorkLimits
    statements: Mapping[str, Callable[[Shell, Node], Status]]
    printed: Callable[[Shell, list[Node]], Value | None]
    events: list[Event] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()
    stops: Mapping[str, tuple[Variables, ...]] = field(default_factory=dict)
    depth: int = 0
    is_bash: bool = False

    def step(self, line: int) -> None:
        """Count one more command; InputError where a script never comes to an end, or is nested beyond all bounds."""
        self.work_limits.step(line)
        if self.depth > limits.SHELL_NESTING:
            message = f"line {line}: the shell script is nested too deeply to be followed"
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
        self.kept: dict[str, tuple[Value | None, tuple[Value, ...] | None]] | None = None  # of a function's caller
        self.words = Words(script, variables, self._substitution, run.work_limits.spend, has_braces=run.is_bash)

    # What commands ask of their shell

    @property
    def conditional(self) -> bool:
        """Whether what runs now runs only on a condition that is not known."""
        return bool(self.run.choices)

    def emit(self, event: Event) -> None:
        """Report one more event."""
        self.run.events.append(event)

    def unresolved(self, node: Node, reason: str) -> None:
        """Report what cannot be followed."""
        self.emit(Unresolved(self.script.line(node), self.script.shown(node)[:200], reason, self.run.choices))

    def subshell(self, script: Script | None = None) -> Shell:
        """A shell whose variables are its own from here on."""
        self.run.work_limits.spend(len(self.variables.values), self.script.line(self.script.root))
        return Shell(script or self.script, self.variables.copy(), self.run, dict(self.functions))

    def script_text(self, text: str, lines: Lines, *, own: bool) -> Status:
        """Follow the text of a script: in a shell of its own (`sh -c`), or in this one (`eval`)."""
        self.run.work_limits.spend(len(text), lines.lines[0])
        script = parse(text, lines)
        shell = self.subshell(script) if own else Shell(script, self.variables, self.run, self.functions)
        return shell.all_of(script.root) if own else shell.sequence(statements(script.root))

    def keep(self, name: str) -> None:
        """Let a variable have its value back when the function is left: it is local."""
        if self.kept is not None:
            self.kept.setdefault(name, (self.variables.values.get(name), self.variables.arrays.get(name)))

    def call(self, name: str, arguments: list[Field], assignments: Iterable[Node] = ()) -> Status:
        """Follow the body of a function; `assignments` stand before its name."""
        script, body = self.functions[name]
        before = self.variables.positional
        self.variables.positional = tuple((argument,) for argument in arguments)
        inner = Shell(script, self.variables, self.run, self.functions)
        inner.kept = {}
        for assignment in assignments:
            inner.keep(self.script.text(assignment).partition("=")[0])
            self.assign(assignment)
        try:
            return self.scope("return", lambda: inner.one(body))
        finally:
            self.variables.positional = before
            for local, (value, array) in inner.kept.items():
                self.variables.restore(local, value, array)

    def scope(self, word: str, follow: Callable[[], Status]) -> Status:
        """Follow what `word` leaves: a loop, a function. What comes after it runs, whether or not it was left."""
        outer, before = self.run.choices, self.run.stops
        status = LIKELY
        self.run.stops = {key: ends for key, ends in before.items() if key != word}
        try:
            status = follow()
        except Stop as stop:
            if stop.word != word:
                raise
        finally:
            left = self.run.stops.get(word, ())
            own = {word: before[word]} if word in before else {}
            self.run.stops = {key: ends for key, ends in self.run.stops.items() if key != word} | own
        if left:
            self.variables.merge([self.variables.copy(), *left], _OF_A_BRANCH)
        self.run.choices = outer
        self._doubt_rest(before)
        return status

    def _doubt_rest(self, before: Mapping[str, tuple[Variables, ...]]) -> None:
        """Mark what follows as conditional, where a branch may have left since `before`."""
        if any(word not in before for word in self.run.stops):
            number = self.run.work_limits.next_choice()
            self.run.choices = (*self.run.choices, Choice(number, 0, 1, exhaustive=False))

    # Statements

    def all_of(self, node: Node) -> Status:
        """Follow a script to its end, or to where it leaves."""
        return self.sequence(statements(node), ends=True)

    def sequence(self, nodes: Iterable[Node], *, ends: bool = False) -> Status:
        """Follow statements one after another; `ends`: leaving them ends no more than them."""
        status = LIKELY
        choices, stops = self.run.choices, self.run.stops
        try:
            for node in nodes:
                status = self.one(node)
        except Stop:
            if not ends:
                raise
        finally:
            if ends:
                self.run.choices, self.run.stops = choices, stops
        return status

    def one(self, node: Node) -> Status:
        """Follow one statement."""
        self.run.depth += 1
        self.run.step(self.script.line(node))
        try:
            follow = self.run.statements.get(node.type)
            if follow is not None:
                return follow(self, node)
            if node.type not in ("comment", "variable_name") and "apk" in self.script.text(node):
                self.unresolved(node, "this is no shell that apkgraph can read")
            return LIKELY
        finally:
            self.run.depth -= 1

    def maybe(self, branches: list[Callable[[], object]], *, exhaustive: bool = False) -> None:
        """Follow branches that may or may not run; afterwards only values on which all of them agree are known.

        A branch that leaves (`*) exit 1`) has no say in what is known after them. Where it leaves without failing,
        the rest runs only if it did not.
        """
        before, stops = self.variables.copy(), self.run.stops
        ends = [] if exhaustive else [before.copy()]
        left: list[str] = []
        outer, number = self.run.choices, self.run.work_limits.next_choice()
        for arm, branch in enumerate(branches):
            self.run.work_limits.spend(len(before.values), self.script.line(self.script.root))
            self.variables.become(before)
            self.run.choices = (*outer, Choice(number, arm, len(branches), exhaustive))
            try:
                branch()
                ends.append(self.variables.copy())
            except Stop as stop:
                if not stop.fails:
                    left.append(stop.word)
                    others = self.run.stops.get(stop.word, ())
                    self.run.stops = {**self.run.stops, stop.word: (*others, self.variables.copy())}
            finally:
                self.run.choices = outer
        if not ends:
            raise Stop(min(left, key=_WORDS.index)) if left else Stop("exit", fails=True)
        self.variables.merge(ends, _OF_A_BRANCH)
        self._doubt_rest(stops)

    def chain(self, status: Status, rest: Iterable[tuple[str, Callable[[], Status]]]) -> Status:
        """Follow what comes after `&&` and `||`."""
        for sign, follow in rest:
            if (sign == "&&" and status in (SUCCEEDS, LIKELY)) or (sign == "||" and status == FAILS):
                status = follow()
            elif (sign == "&&" and status == UNKNOWN) or (sign == "||" and status in (LIKELY, UNKNOWN)):
                self.maybe([follow])
                status = UNKNOWN if sign == "&&" else LIKELY
        return status

    def assign(self, node: Node) -> None:
        """`name=value`, `name+=value`, `name=(…)`."""
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None:
            return
        name = self.script.text(target).partition("[")[0]
        adds = any(child.type == "+=" for child in node.children)
        if value is not None and value.type == "array":
            before = self.variables.arrays.get(name, ()) if adds else ()
            self.variables.arrays[name] = (*before, *((item,) for item in self.words.fields(statements(value))))
            return
        if target.type != "variable_name" or name in self.variables.arrays:
            self.variables.forget(name, "an element of it is set by itself")
            return
        new = () if value is None else self.words.value(value)
        if adds:
            new = joined([Part(piece) for piece in (*(self.variables.get(name) or ()), *new)])
        self.variables.values[name] = new

    def _substitution(self, node: Node) -> Value:
        """What `$(…)` prints; whatever it does besides is followed."""
        shell = self.subshell()
        self.run.depth += 1
        try:
            self.run.step(self.script.line(node))
            value = self.run.printed(shell, list(statements(node)))
            if value is None:
                shell.sequence(statements(node), ends=True)
                value = (Unknown(self.script.text(node), "only the running shell knows what the command prints"),)
        finally:
            self.run.depth -= 1
        return value
