"""The `pocket` language model of the series student: a small Llama, trained whole.

It has a vocabulary of its own, the words it was trained on, and scores options, learns rationales
and writes them.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.students.language import OptionBlocks, Prefix
from core.students.series_words import (
    END,
    MAX_TOKENS,
    PAD,
    SLOTS,
    Vocabulary,
    is_opening,
    option_words,
)

POCKET: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 96,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 512,
    "tie_word_embeddings": True,
    # The libraries' usual 0.02 is made for wide models; at width 96 the words start too alike.
    "initializer_range": 0.05,
}


def build_language_model(config: dict[str, Any], n_words: int) -> nn.Module:
    """Build a causal language model from a transformers configuration, with random weights."""
    from transformers import AutoConfig, AutoModelForCausalLM

    settings = dict(config)
    model_type = str(settings.pop("model_type"))
    resolved = AutoConfig.for_model(
        model_type,
        vocab_size=n_words,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
        **settings,
    )
    return AutoModelForCausalLM.from_config(resolved, attn_implementation="sdpa")


def question_token(place: int) -> str:
    """Return the token that tells the decoder which question is asked."""
    return f"<question:{place}>"


class Decoder(nn.Module):
    """A causal language model over the student's vocabulary, read through soft tokens."""

    writes = True

    def __init__(self, language_model: nn.Module, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.lm = language_model
        self.vocabulary = vocabulary
        self.end, self.pad = vocabulary.id(END), vocabulary.id(PAD)
        openings = torch.tensor([is_opening(token) for token in vocabulary.tokens])
        slots = torch.tensor([token.strip() in SLOTS for token in vocabulary.tokens])
        asked = torch.tensor(
            [t.startswith("<") and t.strip() not in SLOTS for t in vocabulary.tokens]
        )
        self._openings, self._slots = openings, slots
        self._never = asked & ~openings
        self._never[self.end] = False

    def embed(self, ids: Tensor) -> Tensor:
        """Return the embeddings of word ids."""
        embeddings: nn.Module = self.lm.get_input_embeddings()  # pyright: ignore
        return embeddings(ids)

    def prefix(self, soft_B_S_w: Tensor, place: int) -> Prefix:
        """Return the soft tokens followed by the token of the question asked."""
        token = self.embed(torch.tensor([self.vocabulary.id(question_token(place))]))
        token = token.expand(len(soft_B_S_w), 1, -1)
        return Prefix(torch.cat([soft_B_S_w, token], dim=1), place)

    def blocks(self, wordings: Sequence[str]) -> OptionBlocks:
        """Return option texts as blocks of their own."""
        texts = [self.vocabulary.ids(option_words(wording)) for wording in wordings]
        return OptionBlocks(texts, self.end)

    def score(self, prefix: Prefix, blocks: OptionBlocks) -> Tensor:
        """Return (B, texts): mean log-probability per word, the end of the text included."""
        batch, n_prefix = prefix.embeddings.shape[:2]
        words = self.embed(blocks.ids).expand(batch, -1, -1)
        mask, places = blocks.layout(n_prefix)
        logits = self.lm(
            inputs_embeds=torch.cat([prefix.embeddings, words], dim=1),
            attention_mask=mask.expand(batch, 1, -1, -1),
            position_ids=places.expand(batch, -1),
            use_cache=False,
        ).logits[:, n_prefix - 1 :]
        log_p = logits.log_softmax(dim=2)[:, blocks.source + 1, blocks.target]
        total = torch.zeros(batch, blocks.n_texts).index_add(1, blocks.owner, log_p)
        return total / blocks.lengths

    def text_loss(
        self, prefix: Prefix, prompts: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]
    ) -> Tensor:
        """Return the mean cross-entropy of `texts`, words each, each after its prompt."""
        ids_of = self.vocabulary.ids
        rows = [[*ids_of(p), *ids_of(t), self.end] for p, t in zip(prompts, texts, strict=True)]
        width = max(map(len, rows))
        ids = torch.tensor([row + [self.pad] * (width - len(row)) for row in rows])
        learn = torch.zeros(ids.shape, dtype=torch.bool)
        for i, (prompt, row) in enumerate(zip(prompts, rows, strict=True)):
            learn[i, len(prompt) : len(row)] = True
        n_prefix = prefix.embeddings.shape[1]
        logits = self.lm(
            inputs_embeds=torch.cat([prefix.embeddings, self.embed(ids[:, :-1])], dim=1),
            use_cache=False,
        ).logits[:, n_prefix - 1 :]
        return F.cross_entropy(logits[learn], ids[learn])

    @torch.no_grad()
    def write(self, prefix: Prefix, prompt: Sequence[str]) -> list[list[str]]:
        """Write one text per row after the same prompt, word by word, the likeliest word each time.

        Only well-formed texts can be written: a span opens first, and slots stand inside spans.
        """
        batch = len(prefix)
        inputs = torch.cat([prefix.embeddings, self._embed_prompt(prompt, batch)], dim=1)
        cache: Any = None
        written: list[list[int]] = [[] for _ in range(batch)]
        open_rows = torch.ones(batch, dtype=torch.bool)
        inside = torch.zeros(batch, dtype=torch.bool)
        for _ in range(MAX_TOKENS):
            out = self.lm(inputs_embeds=inputs, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            logits = out.logits[:, -1].masked_fill(self._never, -torch.inf)
            startable = self._openings.clone()
            startable[self.end] = True
            logits[~inside] = logits[~inside].masked_fill(~startable, -torch.inf)
            chosen = logits.argmax(dim=1)
            open_rows &= chosen != self.end
            if not bool(open_rows.any()):
                break
            for row in torch.nonzero(open_rows)[:, 0].tolist():
                written[row].append(int(chosen[row]))
            inside |= True
            inputs = self.embed(chosen)[:, None]
        return [[self.vocabulary.tokens[i] for i in row] for row in written]

    def _embed_prompt(self, prompt: Sequence[str], batch: int) -> Tensor:
        ids = torch.tensor(self.vocabulary.ids(prompt), dtype=torch.long)
        return self.embed(ids).expand(batch, -1, -1)
