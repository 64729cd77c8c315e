"""YAML files of wording, read with the line of everything that is wrong in them."""

import yaml

from errors import ConfigError

MAX_CHARS = 200  # of one sentence: about 13 seconds of speech


def entries(text: str, name: str) -> dict[str, yaml.Node]:
    """The top level's names and values.

    Args:
        name: of the file, for messages.

    Raises:
        ConfigError: no YAML, no mapping, or a name that stands there twice; file and line are named.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{name}:{line}: is no YAML", code="wording-invalid") from exc
    return pairs(tree, name)


def pairs(node: yaml.Node | None, name: str) -> dict[str, yaml.Node]:
    """The names and values of a mapping.

    Raises:
        ConfigError: as `entries`.
    """
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        raise ConfigError(f"{name}:{line}: expected names with values", code="wording-invalid")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if str(key.value) in found:
            raise wrong(key, name, f"{key.value} stands there twice")
        found[str(key.value)] = value
    return found


def sentences(node: yaml.Node, name: str, what: str) -> list[tuple[yaml.Node, str]]:
    """The sentences of a list, each on one line, with its place in the file.

    Raises:
        ConfigError: no list, an empty sentence, or one that is too long to be spoken.
    """
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise wrong(node, name, f"{what} needs a list of sentences")
    return [(one, _sentence(one, name)) for one in node.value]


def _sentence(node: yaml.Node, name: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        raise wrong(node, name, "an empty sentence")
    said = " ".join(str(node.value).split())
    if len(said) > MAX_CHARS:
        raise wrong(node, name, f"a sentence has at most {MAX_CHARS} characters")
    return said


def wrong(node: yaml.Node, name: str, problem: str) -> ConfigError:
    """The error for what stands at a node."""
    return ConfigError(f"{name}:{node.start_mark.line + 1}: {problem}", code="wording-invalid")


if __name__ == "__main__":
    import sys

    for key, value in entries(sys.stdin.read(), "standard input").items():
        print(f"{key}: {[said for _, said in sentences(value, 'standard input', key)]}")
