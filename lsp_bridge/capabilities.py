"""What the client tells the TypeScript server about itself."""

from __future__ import annotations

from lsprotocol import types

_ACTIONS = (
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.SourceOrganizeImports,
    types.CodeActionKind.SourceFixAll,
    "source.removeUnusedImports",
    "source.sortImports",
)


def initialize_params(root_uri: str) -> types.InitializeParams:
    """UTF-16 positions, and edits as transactions without snippets. The client watches files itself, so nothing depends
    on inotify.
    """
    return types.InitializeParams(
        process_id=None,
        root_uri=root_uri,
        capabilities=types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16]),
            workspace=_workspace(),
            text_document=_text_document(),
        ),
        workspace_folders=[types.WorkspaceFolder(uri=root_uri, name="repo")],
        initialization_options={"disablePushDiagnostics": True},
    )


def _workspace() -> types.WorkspaceClientCapabilities:
    return types.WorkspaceClientCapabilities(
        configuration=True,
        workspace_folders=True,
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True, relative_pattern_support=True
        ),
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True,
            resource_operations=[
                types.ResourceOperationKind.Create,
                types.ResourceOperationKind.Rename,
                types.ResourceOperationKind.Delete,
            ],
            failure_handling=types.FailureHandlingKind.Transactional,
        ),
        file_operations=types.FileOperationClientCapabilities(will_rename=True),
    )


def _text_document() -> types.TextDocumentClientCapabilities:
    return types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown, types.MarkupKind.PlainText]),
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        rename=types.RenameClientCapabilities(prepare_support=True),
        diagnostic=types.DiagnosticClientCapabilities(related_document_support=False),
        call_hierarchy=types.CallHierarchyClientCapabilities(),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                code_action_kind=types.ClientCodeActionKindOptions(value_set=list(_ACTIONS))
            ),
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"]),
        ),
    )
