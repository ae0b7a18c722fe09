"""Colours for MLIR."""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer
from pygments.lexers import LEXERS  # pyright: ignore[reportUnknownVariableType]
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

__all__ = ["MLIRLexer"]  # Pygments looks for lexers here


class MLIRLexer(RegexLexer):
    """Splits the textual form of MLIR; of the grammar it knows no more than colours need."""

    name = "MLIR"
    aliases: ClassVar = ["mlir"]
    filenames: ClassVar = ["*.mlir"]

    tokens: ClassVar = {
        "root": [
            (r"\s+", Text),
            (r"//.*?$", Comment.Single),
            (r'"(?:[^"\\]|\\.)*"', String.Double),
            (r"%[\w.$#-]+", Name.Variable),
            (r"@(?:[\w.$-]+|\"[^\"]*\")", Name.Function),
            (r"\^[\w.$-]+", Name.Label),
            (r"[#!][\w.$-]+", Name.Decorator),
            (r"(?:[su]?i|bf|f)\d+\b|\bindex\b", Keyword.Type),
            (r"(memref|vector|tensor|tuple|dense)(?=<)", Keyword.Type),
            # A shape goes on with the type of its elements: 4x8xf32.
            (r"(?:\d+|\?)(?=x)", Number.Integer),
            (r"x(?=[\d?a-z])", Punctuation),
            (r"-?\d+\.\d+(?:[eE][-+]?\d+)?", Number.Float),
            (r"0x[0-9a-fA-F]+|-?\d+", Number.Integer),
            (r"\w+\.[\w.]+", Keyword),
            (r"\b(?:true|false|to|step|else|attributes|ins|outs|private|public)\b", Keyword.Pseudo),
            (r"->|=", Operator),
            (r"[\w$]+", Name),
            (r".", Punctuation),
        ],
    }


def register_mlir_lexer() -> None:
    """Makes `mlir` a language of code blocks."""
    LEXERS[MLIRLexer.__name__] = (__name__, MLIRLexer.name, ("mlir",), ("*.mlir",), ())
