"""The program's own source, parsed once: modules with their trees, imports and functions."""
from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One imported module, as an absolute dotted name, and where."""

    target: str
    line: int
    inside_function: bool


@dataclass(frozen=True)
class Source:
    """One Python file under lms/."""

    path: Path
    name: str  # dotted, packages without ``__init__``

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def where(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[Import]:
        """Every import statement and every ``import_module("…")`` with a constant name."""
        yield from self._imports(self.tree, inside=False)

    def _imports(self, node: ast.AST, inside: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            below = inside or isinstance(child, Function)
            if isinstance(child, ast.Import):
                yield from (Import(alias.name, child.lineno, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = self._absolute(child)
                yield from (Import(f"{base}.{alias.name}" if f"{base}.{alias.name}" in module_names() else base,
                                   child.lineno, inside) for alias in child.names)
            elif isinstance(child, ast.Call) and _called(child) in ("import_module", "__import__"):
                named = child.args[0] if child.args else None
                target = named.value if isinstance(named, ast.Constant) else "<computed>"
                yield Import(str(target), child.lineno, below)
            yield from self._imports(child, below)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self.path.name == "__init__.py" else self.name.split(".")[:-1]
        kept = package[:len(package) - node.level + 1]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def functions(self) -> Iterator[Function]:
        yield from (node for node in ast.walk(self.tree) if isinstance(node, Function))


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


@lru_cache(maxsize=1)
def module_names() -> frozenset[str]:
    return frozenset(_name(path) for path in (ROOT / "lms").rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@lru_cache(maxsize=1)
def all_sources() -> tuple[Source, ...]:
    return tuple(Source(path, _name(path)) for path in sorted((ROOT / "lms").rglob("*.py")))


def sources(package: str) -> list[Source]:
    """The files of *package* and below it."""
    return [s for s in all_sources() if s.name == package or s.name.startswith(package + ".")]
