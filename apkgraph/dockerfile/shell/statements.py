"""What each kind of statement means: lists, pipelines, branches, loops, functions, assignments."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tree_sitter import Node

from apkgraph.dockerfile.events import Event
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.shell.builtins import let
from apkgraph.dockerfile.shell.commands import run_command
from apkgraph.dockerfile.shell.conditions import (
    FAILS,
    LIKELY,
    SUCCEEDS,
    UNKNOWN,
    Status,
    negated,
    pattern_status,
    test_status,
)
from apkgraph.dockerfile.shell.output import follow_pipe, follow_redirects, output, printed, redirected_output
from apkgraph.dockerfile.shell.shell import Run, ScriptPlatform, Shell
from apkgraph.dockerfile.shell.syntax import Lines, parse, statements
from apkgraph.dockerfile.shell.values import Field, Unknown, Value, Variables, as_field, known

_KEYWORDS = ("if", "elif", "then", "else", "fi", "while", "until", "do", "done")


def _command(shell: Shell, node: Node) -> Status:
    for child in node.children:
        if child.type == "herestring_redirect":
            follow_pipe(shell, node, shell.words.value(child.named_children[0]), child)
    return run_command(shell, node)


def _list(shell: Shell, node: Node) -> Status:
    # `a && b || c` leans to the left: take the left spine apart without recursion, for it may be long. A redirect
    # behind it hangs on the whole list in this grammar; to a shell it is the last command's.
    rest: list[tuple[str, Callable[[], Status]]] = []
    while (parts := _parts_of_list(node)) is not None:
        left, sign, right = parts
        last = partial(shell.one, right) if node.type == "list" else partial(_with_redirects, shell, node, right)
        rest.append((sign.type, last))
        node = left
    start = shell.sequence(statements(node)) if node.type == "list" else shell.one(node)
    return shell.chain(start, reversed(rest))


def _parts_of_list(node: Node) -> list[Node] | None:
    body = node.child_by_field_name("body") if node.type == "redirected_statement" else node
    if body is None or body.type != "list":
        return None
    children = [child for child in body.children if child.type != "comment"]
    return children if len(children) == 3 else None


def _compound(shell: Shell, node: Node) -> Status:
    if node.children[0].type == "((":
        return let(shell, node, [shell.script.text(node)])
    return shell.sequence(statements(node))


def _subshell(shell: Shell, node: Node) -> Status:
    return shell.subshell().all_of(node)


def _pipeline(shell: Shell, node: Node) -> Status:
    status = LIKELY
    stages = list(statements(node))
    for place, stage in enumerate(stages):
        inner = shell.subshell()
        if place:
            follow_pipe(inner, stage, output(inner, stages[place - 1]), stages[place - 1])
        status = inner.sequence([stage], ends=True)
    return status


def _redirected(shell: Shell, node: Node) -> Status:
    if _parts_of_list(node) is not None:
        return _list(shell, node)
    return _with_redirects(shell, node, node.child_by_field_name("body"))


def _with_redirects(shell: Shell, node: Node, body: Node | None) -> Status:
    follow_redirects(shell, node, body)
    status = LIKELY if body is None else shell.one(body)
    for redirect in node.children_by_field_name("redirect"):
        if redirect.type == "heredoc_redirect":
            status = _after_heredoc(shell, redirect, redirected_output(shell, node, body), status)
    return status


def _after_heredoc(shell: Shell, redirect: Node, value: Value | None, status: Status) -> Status:
    # What stands behind `<<EOF` on the same line lies inside the redirect.
    for child in redirect.named_children:
        if child.type == "pipeline":
            for stage in statements(child):
                follow_pipe(shell, stage, value, redirect)
                status = shell.subshell().sequence([stage], ends=True)
    sign, right = redirect.child_by_field_name("operator"), redirect.child_by_field_name("right")
    return status if sign is None or right is None else shell.chain(status, [(sign.type, partial(shell.one, right))])


def _negated(shell: Shell, node: Node) -> Status:
    return negated(shell.sequence(statements(node)))


def _test(shell: Shell, node: Node) -> Status:
    return test_status(shell.words, node)


def _if(shell: Shell, node: Node) -> Status:
    branches: list[Callable[[], object]] = []
    for condition, body in _arms(node):
        status = SUCCEEDS if condition is None else _condition(shell, condition, inside=bool(branches))
        if status == FAILS:
            continue
        if status == SUCCEEDS and not branches:
            return shell.sequence(body)
        branches.append(partial(shell.sequence, body))
        if status == SUCCEEDS:
            shell.maybe(branches, exhaustive=True)
            return LIKELY
    if branches:
        shell.maybe(branches)
    return LIKELY


def _condition(shell: Shell, nodes: list[Node], *, inside: bool) -> Status:
    if inside:
        shell.maybe([partial(shell.sequence, nodes)])
        return UNKNOWN
    status = shell.sequence(nodes)
    return UNKNOWN if status == LIKELY else status


def _case(shell: Shell, node: Node) -> Status:
    value = node.child_by_field_name("value")
    subject = known(shell.words.value(value)) if value is not None else None
    branches: list[Callable[[], object]] = []
    items = [child for child in node.named_children if child.type == "case_item"]
    if any(item.children[-1].type in (";&", ";;&") for item in items) and "apk" in shell.script.text(node):
        shell.unresolved(node, "which of its arms run is not followed")
    for item in items:
        patterns = item.children_by_field_name("value")
        body = [child for child in statements(item) if child not in patterns]
        status = pattern_status(subject, [_pattern(shell, pattern) for pattern in patterns])
        if status == SUCCEEDS and not branches:
            return shell.sequence(body)
        if status != FAILS:
            branches.append(partial(shell.sequence, body))
        if status == SUCCEEDS:
            shell.maybe(branches, exhaustive=True)
            return LIKELY
    if branches:
        shell.maybe(branches)
    return LIKELY


def _for(shell: Shell, node: Node) -> Status:
    variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
    values = node.children_by_field_name("value")
    if variable is None or body is None or node.children[0].type == "select":
        return _loop(shell, node)
    name = shell.script.text(variable)
    fields = shell.words.fields(values) if values else [as_field(v) for v in shell.variables.positional or ()]
    for item in fields:
        shell.variables.restore(name, (item,), None)
        shell.scope("continue", partial(_pass, shell, body, surely=isinstance(item, str)))
    return LIKELY


def _pass(shell: Shell, body: Node, *, surely: bool) -> Status:
    """One pass of a loop."""
    if surely:
        return shell.one(body)
    shell.maybe([partial(shell.one, body)])
    return LIKELY


def _loop(shell: Shell, node: Node) -> Status:
    body = node.child_by_field_name("body")
    status = UNKNOWN
    for condition in node.children_by_field_name("condition"):
        if condition.is_named and node.type == "while_statement":
            status = shell.one(condition)
    if body is not None and status == (FAILS if node.children[0].type == "until" else SUCCEEDS):
        shell.scope("continue", partial(_pass, shell, body, surely=True))
    if body is not None:
        shell.scope("continue", partial(_pass, shell, body, surely=False))
    return LIKELY


def _pattern(shell: Shell, node: Node) -> Field:
    """A pattern of `case`; signs that are quoted in it mean themselves, which is not followed."""
    value = as_field(shell.words.value(node))
    quoted = node.type in ("raw_string", "string") and isinstance(value, str) and any(sign in value for sign in "*?[")
    return Unknown(shell.script.text(node), "it is quoted") if quoted else value


def _left_by_break(follow: Callable[[Shell, Node], Status], shell: Shell, node: Node) -> Status:
    return shell.scope("break", partial(follow, shell, node))


def _function(shell: Shell, node: Node) -> Status:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None:
        shell.functions[shell.script.text(name)] = (shell.script, body)
    return LIKELY


def _assignments(shell: Shell, node: Node) -> Status:
    is_local = node.children[0].type in ("declare", "local", "typeset")
    for child in [node] if node.type == "variable_assignment" else node.named_children:
        if is_local and child.type in ("variable_assignment", "variable_name"):
            shell.keep(shell.script.text(child).partition("=")[0].rstrip("+"))
        if child.type == "variable_assignment":
            shell.assign(child)
    return LIKELY


def _unset(shell: Shell, node: Node) -> Status:
    for child in node.named_children:
        shell.variables.values.pop(shell.script.text(child), None)
        shell.variables.arrays.pop(shell.script.text(child), None)
    return LIKELY


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


def _sequence(shell: Shell, node: Node) -> Status:
    return shell.sequence(statements(node))


_STATEMENTS: dict[str, Callable[[Shell, Node], Status]] = {
    "c_style_for_statement": partial(_left_by_break, _loop),
    "case_statement": _case,
    "command": _command,
    "compound_statement": _compound,
    "declaration_command": _assignments,
    "do_group": _sequence,
    "for_statement": partial(_left_by_break, _for),
    "function_definition": _function,
    "if_statement": _if,
    "list": _list,
    "negated_command": _negated,
    "pipeline": _pipeline,
    "program": _sequence,
    "redirected_statement": _redirected,
    "subshell": _subshell,
    "test_command": _test,
    "unset_command": _unset,
    "variable_assignment": _assignments,
    "variable_assignments": _assignments,
    "while_statement": partial(_left_by_break, _loop),
}


def read_shell(
    text: str,
    lines: Lines,
    variables: Variables,
    *,
    machine: ScriptPlatform,
    work_limits: WorkLimits,
    is_bash: bool = False,
) -> tuple[Event, ...]:
    """What a script does to packages, in order.

    Raises InputError for a script that is too large or too deeply nested to be followed.
    """
    run = Run(machine, work_limits, _STATEMENTS, printed, is_bash=is_bash)
    script = parse(text, lines)
    shell = Shell(script, variables, run)
    shell.all_of(script.root)
    last = script.root.children[-1] if script.root.children else None
    if last is not None and last.type == "ERROR" and "apk" in text:
        shell.unresolved(last, "the shell would find no end of a quote, a substitution or a statement here")
    return tuple(run.events)
