"""A chat model as the `JsonEngine` that reads the lead out of a finished call."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from call import CallRecord
from dialogue.extraction_prompt import extraction_messages
from engines.chat import ChatMessage, ChatModel, Role
from facts import PracticeFacts


class ModelExtractor:
    """See `call.JsonEngine`. `extract.py` validates what comes back, and has rules for when nothing does.

    Args:
        chat: the started client; not closed here.
        facts: the practice's places and services; without them an answer can name no key that is known.
    """

    def __init__(self, chat: ChatModel, facts: PracticeFacts | None = None) -> None:
        self._chat = chat
        self._facts = facts

    async def complete_json(self, record: CallRecord, schema: Mapping[str, Any], problem: str | None = None) -> str:
        """See `call.JsonEngine`.

        Raises:
            LlmError: the model gave no answer.
        """
        question = extraction_messages(record, schema, problem, facts=self._facts)
        messages = [ChatMessage(cast(Role, role), text) for role, text in question]
        return await self._chat.complete_json(messages, schema)


async def _main(record: CallRecord) -> str:
    from call import Lead
    from config import load_settings
    from engines.ollama import OllamaChat

    chat = OllamaChat(load_settings())
    await chat.start()
    try:
        return await ModelExtractor(chat).complete_json(record, Lead.model_json_schema())
    finally:
        await chat.aclose()


if __name__ == "__main__":
    import sys
    from pathlib import Path

    from errors import AvaError

    if len(sys.argv) != 2:
        sys.exit("usage: python -m engines.model_extractor CALL.json")
    try:
        print(asyncio.run(_main(CallRecord.model_validate_json(Path(sys.argv[1]).read_text(encoding="utf-8")))))
    except AvaError as error:
        sys.exit(f"{error.code}: {error}")
