"""Adds the pages and pictures that are made from the code, whenever MkDocs builds the site."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from usmp_docs.generated_files import generated_files
from usmp_docs.mlir_lexer import register_mlir_lexer


def on_config(config: MkDocsConfig) -> None:
    """Before anything is rendered."""
    register_mlir_lexer()


def on_files(files: Files, *, config: MkDocsConfig) -> None:
    """Adds them to the files that are there."""
    for path, content in generated_files():
        files.append(File.generated(config, path, content=content))
