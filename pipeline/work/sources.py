"""Dependencies of a module, read from its source: our own modules, and data files beside them.

Found by reading the source, without importing anything: the digest of an act is known before Manim
is. Imports inside functions count, those for type checking do not.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path


def source_digest(
    modules: Iterable[str], packages: Collection[str], *, without: Collection[str] = ()
) -> str:
    """Return a SHA-256 key of everything these modules are made of; see `source_files`."""
    key = hashlib.sha256()
    for name, path in source_files(modules, packages, without=without):
        key.update(f"{name}\0{_file_digest(path)}\n".encode())
    return key.hexdigest()


def source_files(
    modules: Iterable[str], packages: Collection[str], *, without: Collection[str] = ()
) -> tuple[tuple[str, Path], ...]:
    """Return the files these modules are made of, each with a name that is the same anywhere.

    Parameters
    ----------
    modules : iterable of str
        Dotted names. The packages they are in count, too: importing a module runs them.
    packages : collection of str
        Imports are followed into these packages. Others are known by their versions instead.
    without : collection of str
        Names of data files that are accounted for in another way.

    Raises
    ------
    ModuleNotFoundError
        If one of `modules` does not exist.
    """
    found: dict[str, Path] = {}
    waiting = [(module, True) for module in modules]
    while waiting:
        module, must_exist = waiting.pop()
        path = None if module in found else _find(module)
        if path is None:
            if must_exist and module not in found:
                raise ModuleNotFoundError(f"no module {module}", name=module)
            continue  # `from a import b` may name a thing in a module as well as a module
        found[module] = path
        names = [name for name in _imports(path, module) if name.split(".")[0] in packages]
        waiting += [(name, False) for name in (*names, module.rpartition(".")[0]) if name]
        if path.name == "__init__.py":
            found |= _data_files(path.parent, module, without)
    return tuple(sorted(found.items()))


def modules_beside(
    path: Path, name: str, packages: Collection[str]
) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Find what a file that is on nobody's path imports from beside it, and of our packages.

    A module beside it is followed if nobody else has its name: neither Python nor an installed
    package nor we.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What it is called as a module.
    packages : collection of str
        Ours.

    Returns
    -------
    beside : dict
        The file itself first, then the modules beside it, by name.
    used : tuple of str
        The modules of our packages.

    Raises
    ------
    SyntaxError
        If one of the files is no Python.
    """
    folder, beside, used = path.parent, {name: path}, set()
    waiting = [(name, path)]
    while waiting:
        module, file = waiting.pop()
        for wanted in _imports(file, module):
            top = wanted.split(".")[0]
            if top in packages:
                if _find(wanted):
                    used.add(wanted)
            elif wanted not in beside and _is_beside(top, folder):
                # Importing `a.b` runs `a`.
                for each in (top, wanted):
                    found = _below(folder.joinpath(*each.split(".")))
                    if found and each not in beside:
                        beside[each] = found
                        waiting.append((each, found))
    return beside, tuple(sorted(used))


def _is_beside(top: str, folder: Path) -> bool:
    """Whether a name, if it is that of a module in the folder, is that of no other."""
    if not top or top in sys.stdlib_module_names:
        return False
    spec = PathFinder.find_spec(top)
    return spec is None or spec.origin is None or Path(spec.origin).is_relative_to(folder)


def _find(module: str) -> Path | None:
    """The file of a module; nothing is imported, since only top-level names are asked for."""
    top, *inner = module.split(".")
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        return None
    origin = Path(spec.origin)
    if not inner:
        return origin
    if not spec.submodule_search_locations:
        return None
    return _below(origin.parent.joinpath(*inner))


@lru_cache(maxsize=8192)
def _below(base: Path) -> Path | None:
    """The file of a module or package that has its name from a path."""
    places = (base / "__init__.py", base.with_name(base.name + ".py"))
    return next((path for path in places if path.is_file()), None)


@lru_cache(maxsize=1024)
def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1024)  # acts share most of what they import
def _imports(path: Path, module: str) -> tuple[str, ...]:
    """What a source names in its imports, relative names made absolute."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names: list[str] = []
    for node in _running(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return tuple(names)


#: Where a statement holds others. Imports are statements: expressions need not be looked at.
_INNER = ("body", "orelse", "handlers", "finalbody", "cases")


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement below this node, but not those under ``if TYPE_CHECKING:``."""
    for field in _INNER:
        checking = (
            field == "body"
            and isinstance(node, ast.If)
            and "TYPE_CHECKING" in ast.unparse(node.test)
        )
        for child in () if checking else getattr(node, field, ()):
            yield child
            yield from _running(child)


def _data_files(folder: Path, package: str, without: Collection[str]) -> dict[str, Path]:
    """Files of a package that are not Python, such as shaders; inner packages have their own."""
    found: dict[str, Path] = {}
    for path in folder.iterdir():
        if path.name.startswith((".", "__pycache__")):
            continue
        if path.is_dir() and not (path / "__init__.py").exists():
            found |= _data_files(path, f"{package}/{path.name}", without)
        elif path.is_file() and path.suffix not in (".py", ".pyc") and path.name not in without:
            found[f"{package}/{path.name}"] = path
    return found
