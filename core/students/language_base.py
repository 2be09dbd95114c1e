"""A language model that exists already, read by the series student through soft tokens.

    question (its keys and values are kept) -> soft tokens of a window -> options, a block each

Any Hugging Face causal model goes. It stays as it is, or learns through LoRA adapters; what is
trained beside them is a projector from the encoder's tokens to its embeddings. Only the trained
part belongs to `state_dict`: the base is shared by all copies of a model and never saved.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import ConfigError
from core.questions.base import Question
from core.students.language import OptionBlocks, Prefix
from core.students.series_words import Vocabulary, is_opening, words_of
from core.students.sizes import Base, Place, place_of

SOFT_WIDTH = 128
MAX_WRITTEN = 160
"""Tokens of the base that one rationale may take."""
_MARK = "<<signal>>"
_SPECIAL = re.compile(r"(\s*<[^<>\s]+>)")
Past = list[tuple[Tensor, Tensor]]


class Shared:
    """A language model whose frozen weights are the same tensors in every copy."""

    def __init__(self, lm: Any, tokenizer: Any) -> None:
        self.lm, self.tokenizer = lm, tokenizer

    def __deepcopy__(self, memo: dict[int, Any]) -> Shared:
        memo |= {id(p): p for p in self.lm.parameters() if not p.requires_grad}
        return Shared(copy.deepcopy(self.lm, memo), self.tokenizer)


class BaseLanguage(nn.Module):
    """The language model around a base; see the module. `writes` only with adapters.

    A base that stays as it is cannot learn how rationales are written here, so such a student
    gives none.
    """

    def __init__(self, base: Base, questions: Sequence[Question], vocabulary: Vocabulary) -> None:
        super().__init__()
        self.base, self.vocabulary = base, vocabulary
        self.writes = base.lora_rank > 0
        self._shared = load_base(place_of(base))
        self.adapters = nn.ParameterDict()
        if base.lora_rank:
            self._shared = copy.deepcopy(self._shared)
            adapted = with_adapters(self._shared.lm, base.lora_rank)
            self.adapters.update({name.replace(".", "/"): value for name, value in adapted})
        table: Tensor = self._lm.get_input_embeddings().weight
        self.project = Projector(SOFT_WIDTH, table.shape[1], float(table.float().std()))
        self._prompts = [self._prompt(question) for question in questions]
        self._kept: dict[int, Past] = {}
        self._plain: dict[tuple[int, tuple[int, ...]], Tensor] = {}

    @property
    def _lm(self) -> Any:
        return self._shared.lm

    def prefix(self, soft_B_S_w: Tensor, place: int) -> Prefix:
        """Return the projected soft tokens, and what stands between them and the answer."""
        soft = self.project(pooled(soft_B_S_w, self.base.soft_tokens))
        after = self._embed(self._prompts[place][1]).expand(len(soft), -1, -1)
        return Prefix(torch.cat([soft.to(after.dtype), after], dim=1), place)

    def blocks(self, wordings: Sequence[str]) -> OptionBlocks:
        """Return option texts as blocks of their own, in the base's tokens."""
        return OptionBlocks([self._ids(wording.strip()) for wording in wordings], self._end)

    def score(self, prefix: Prefix, blocks: OptionBlocks) -> Tensor:
        """Return (B, texts): mean log-probability per token, less what it is without any window.

        A base likes some texts better than others whatever it is shown, by more than a projector
        learns to make up for: what counts is what the window changes. The end of a text counts too.
        """
        return self.log_likelihood(prefix, blocks) - self._without_window(prefix.place, blocks)

    @torch.no_grad()
    def _without_window(self, place: int, blocks: OptionBlocks) -> Tensor:
        """Return (1, texts) without soft tokens; kept where nothing can change them."""
        nothing = Prefix(self._embed(self._prompts[place][1])[None], place)
        if self.writes:
            return self.log_likelihood(nothing, blocks)
        for text in blocks.texts:
            if (place, text) not in self._plain:
                alone = OptionBlocks([text], self._end)
                self._plain[place, text] = self.log_likelihood(nothing, alone)
        return torch.cat([self._plain[place, text] for text in blocks.texts], dim=1)

    def log_likelihood(self, prefix: Prefix, blocks: OptionBlocks) -> Tensor:
        """Return (B, texts): mean log-probability per token, the end of the text included."""
        past = self._question(prefix.place)
        n_past = past[0][0].shape[2]
        batch, n_prefix = prefix.embeddings.shape[:2]
        words = self._embed(blocks.ids).expand(batch, -1, -1)
        mask, places = blocks.layout(n_prefix, n_past)
        logits = self._read(
            torch.cat([prefix.embeddings, words], dim=1),
            past,
            attention_mask=mask.to(words.dtype).expand(batch, 1, -1, -1),
            position_ids=places.expand(batch, -1),
            logits_to_keep=len(blocks.ids) + 1,
        ).float()
        source = blocks.source + 1
        log_p = logits[:, source, blocks.target] - logits.logsumexp(dim=2)[:, source]
        total = torch.zeros(batch, blocks.n_texts).index_add(1, blocks.owner, log_p)
        return total / blocks.lengths

    def score_plainly(self, prefix: Prefix, wording: str) -> Tensor:
        """Return (B,) scores of one option, the whole prompt read again for it.

        What `log_likelihood` is compared with: the same numbers for many times the work.
        """
        text = self._ids(wording.strip())
        before = self._embed(self._prompts[prefix.place][0]).expand(len(prefix), -1, -1)
        words = self._embed(text).expand(len(prefix), -1, -1)
        inputs = torch.cat([before, prefix.embeddings, words], dim=1)
        logits = self._lm(inputs_embeds=inputs, logits_to_keep=len(text) + 1).logits.float()
        target = torch.tensor([*text, self._end]).expand(len(prefix), -1)
        log_p = logits.log_softmax(dim=2).gather(2, target[..., None])
        return log_p[..., 0].mean(dim=1)

    def text_loss(
        self, prefix: Prefix, prompts: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]
    ) -> Tensor:
        """Return the mean cross-entropy of `texts`, words each, each after its prompt."""
        pairs = [
            (self._ids("".join(p).strip()), [*self._ids("".join(t)), self._end])
            for p, t in zip(prompts, texts, strict=True)
        ]
        width = max(len(p) + len(t) for p, t in pairs)
        # A filled-up place comes after all that is learned, so nothing that counts sees it.
        ids = torch.tensor([p + t + [self._end] * (width - len(p) - len(t)) for p, t in pairs])
        learn = torch.zeros(ids.shape, dtype=torch.bool)
        for row, (prompt, text) in enumerate(pairs):
            learn[row, len(prompt) : len(prompt) + len(text)] = True
        inputs = torch.cat([prefix.embeddings, self._embed(ids[:, :-1])], dim=1)
        past = self._question(prefix.place)
        logits = self._read(inputs, past, logits_to_keep=width).float()
        return F.cross_entropy(logits[learn], ids[learn])

    @torch.no_grad()
    def write(self, prefix: Prefix, prompt: Sequence[str]) -> list[list[str]]:
        """Write one text per row after the same prompt, the likeliest token each time.

        Spans with a word that no rationale it learned from had, such as a number, are left out.
        """
        batch = len(prefix)
        ids = torch.tensor(self._ids("".join(prompt).strip()), dtype=torch.long)
        inputs = torch.cat([prefix.embeddings, self._embed(ids).expand(batch, -1, -1)], dim=1)
        cache = self._cache(self._question(prefix.place), batch)
        written = torch.full((batch, 0), self._end)
        for _ in range(MAX_WRITTEN):
            out = self._lm(
                inputs_embeds=inputs, past_key_values=cache, use_cache=True, logits_to_keep=1
            )
            chosen = out.logits[:, -1].argmax(dim=1)
            written = torch.cat([written, chosen[:, None]], dim=1)
            if bool((written == self._end).any(dim=1).all()):
                break
            inputs = self._embed(chosen)[:, None]
        return [self._words(row) for row in written.tolist()]

    def _words(self, ids: list[int]) -> list[str]:
        """Return the words that tokens of the base stand for; a text without an end has none."""
        if self._end not in ids:
            return []
        text = str(self._shared.tokenizer.decode(ids[: ids.index(self._end)]))
        return known_spans(text, self.vocabulary)

    def _question(self, place: int) -> Past:
        """Return the keys and values of a question, once for all where nothing can change them."""
        if place not in self._kept or self.writes:
            ids = torch.tensor(self._prompts[place][0])[None]
            with torch.set_grad_enabled(self.writes and torch.is_grad_enabled()):
                out = self._lm(input_ids=ids, use_cache=True, logits_to_keep=1)
            past = [(layer.keys, layer.values) for layer in out.past_key_values.layers]
            if self.writes:
                return past
            self._kept[place] = past
        return self._kept[place]

    def _read(self, inputs: Tensor, past: Past, **more: Any) -> Tensor:
        cache = self._cache(past, len(inputs))
        return self._lm(inputs_embeds=inputs, past_key_values=cache, use_cache=True, **more).logits

    def _cache(self, past: Past, batch: int) -> Any:
        """Return a fresh cache with the question for every row: reading appends to it."""
        from transformers import DynamicCache

        rows = [(k.expand(batch, -1, -1, -1), v.expand(batch, -1, -1, -1)) for k, v in past]
        return DynamicCache(rows, config=self._lm.config)

    def _prompt(self, question: Question) -> tuple[list[int], list[int]]:
        """Return the tokens before the signal, and those between it and the answer."""
        names = "; ".join(option.name for option in question.options)
        asked = f"{question.domain} {question.text}".strip()
        options = f"\nThe options: {names}" if names else ""
        text = f"{asked}{options}\nThe signal: {_MARK}"
        tokenizer = self._shared.tokenizer
        if tokenizer.chat_template:
            said = [{"role": "user", "content": text}]
            text = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        else:
            text = f"{text}\nThe answer:"
        before, after = text.split(_MARK)
        return self._ids(before), self._ids(after)

    def _ids(self, text: str) -> list[int]:
        return list(self._shared.tokenizer(text, add_special_tokens=False)["input_ids"])

    @property
    def _end(self) -> int:
        return int(self._shared.tokenizer.eos_token_id)

    def _embed(self, ids: Tensor | list[int]) -> Tensor:
        return self._lm.get_input_embeddings()(torch.as_tensor(ids, dtype=torch.long))


class Projector(nn.Module):
    """From the encoder's tokens to the base's embeddings, with the spread that those have."""

    def __init__(self, width: int, n_embedding: int, spread: float) -> None:
        super().__init__()
        self.out = nn.Linear(width, n_embedding)
        self.norm = nn.LayerNorm(n_embedding)
        # A base only knows inputs of its own embeddings' size; louder ones drown its words.
        nn.init.constant_(self.norm.weight, spread)

    def forward(self, soft_B_S_w: Tensor) -> Tensor:
        """Return (B, S, embedding)."""
        return self.norm(self.out(F.gelu(soft_B_S_w)))


def pooled(soft_B_S_w: Tensor, n: int) -> Tensor:
    """Return `n` of the soft tokens: the summary in front, the others averaged in their order."""
    if n == soft_B_S_w.shape[1]:
        return soft_B_S_w
    if n == 1:
        return soft_B_S_w[:, :1]
    rest = F.adaptive_avg_pool1d(soft_B_S_w[:, 1:].transpose(1, 2), n - 1).transpose(1, 2)
    return torch.cat([soft_B_S_w[:, :1], rest], dim=1)


def known_spans(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return the words of the spans in `text` that consist of the vocabulary's words alone."""
    known = set(vocabulary.tokens)
    kept: list[str] = []
    span: list[str] = []
    for piece in [*_SPECIAL.split(text), ""]:
        special = _SPECIAL.fullmatch(piece) is not None
        if not piece or is_opening(piece.strip()):
            kept += span if known.issuperset(span) else []
            span = [piece.strip()] if piece else []
        elif span:
            span += [piece] if special else words_of(piece)
    return kept


@lru_cache(maxsize=1)
def load_base(place: Place) -> Shared:
    """Read a language model and its tokenizer, frozen; the last one is kept for this process.

    Raises:
        ConfigError: when it cannot be read as a causal language model.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    more: dict[str, Any] = {"gguf_file": place.gguf} if place.gguf else {}
    try:
        # Reading must not move the chance that draws the projector: it happens once a process.
        with torch.random.fork_rng():
            tokenizer = AutoTokenizer.from_pretrained(place.folder, **more)
            lm = AutoModelForCausalLM.from_pretrained(
                place.folder, attn_implementation="sdpa", dtype="auto", **more
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ConfigError(
            f"{place.folder} cannot be read as a causal language model ({error}); give a folder "
            "with config.json, tokenizer and weights of one that transformers knows"
        ) from error
    if tokenizer.eos_token_id is None:
        raise ConfigError(
            f"the tokenizer in {place.folder} has no token that ends a text, which every option "
            "needs; set its eos_token"
        )
    return Shared(lm.requires_grad_(False).eval(), tokenizer)


def with_adapters(lm: Any, rank: int) -> list[tuple[str, nn.Parameter]]:
    """Put LoRA adapters into a language model; return their parameters by name."""
    from peft import LoraConfig, inject_adapter_in_model

    try:
        inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0), lm)
    except ValueError as error:
        raise ConfigError(
            f"LoRA adapters of rank {rank} cannot be put into a {type(lm).__name__} ({error}); "
            "train with lora_rank 0, which leaves it as it is"
        ) from error
    return [(name, value) for name, value in lm.named_parameters() if value.requires_grad]
