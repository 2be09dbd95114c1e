"""The language model of the series student: scores options, learns and writes rationales.

Any Hugging Face causal model goes: it is only ever called with `inputs_embeds`. The pocket decoder
is a small Llama built from a configuration and trained whole.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.students.series_words import END, MAX_TOKENS, PAD, SLOTS, Vocabulary, is_opening

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


class OptionBlocks:
    """Option texts packed behind one prefix: each sees the prefix and itself, none another.

    The order of options therefore cannot matter, and the prefix is read once for all of them.
    """

    def __init__(self, texts: Sequence[Sequence[int]], end: int) -> None:
        self.ids = torch.tensor([word for text in texts for word in text])
        self.block = torch.tensor([i for i, text in enumerate(texts) for _ in text])
        self.place = torch.tensor([k for text in texts for k in range(len(text))])
        starts = torch.tensor([0, *[len(text) for text in texts]]).cumsum(0).tolist()
        self.n_texts = len(texts)
        # For every scored word: which sequence position predicts it (-1: the prefix's last one).
        source: list[int] = []
        target: list[int] = []
        owner: list[int] = []
        for i, text in enumerate(texts):
            source += [-1, *range(starts[i], starts[i] + len(text))]
            target += [*text, end]
            owner += [i] * (len(text) + 1)
        self.source, self.target, self.owner = map(torch.tensor, (source, target, owner))
        self.lengths = torch.bincount(self.owner).float()

    def layout(self, n_prefix: int) -> tuple[Tensor, Tensor]:
        """Return (Q, Q) additive attention mask and (Q,) position ids."""
        n = n_prefix + len(self.ids)
        block = torch.cat([torch.full((n_prefix,), -1), self.block])
        causal = torch.ones(n, n, dtype=torch.bool).tril()
        seen = causal & ((block[None, :] == -1) | (block[None, :] == block[:, None]))
        mask = torch.zeros(n, n).masked_fill(~seen, torch.finfo(torch.float32).min)
        return mask, torch.cat([torch.arange(n_prefix), n_prefix + self.place])


class Decoder(nn.Module):
    """A causal language model over the student's vocabulary, read through soft tokens."""

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

    def prefix(self, soft_B_S_d: Tensor, question_token: str) -> Tensor:
        """Return the soft tokens followed by the token of the question asked."""
        token = self.embed(torch.tensor([self.vocabulary.id(question_token)]))
        return torch.cat([soft_B_S_d, token.expand(len(soft_B_S_d), 1, -1)], dim=1)

    def score(self, prefix_B_P_d: Tensor, blocks: OptionBlocks) -> Tensor:
        """Return (B, texts): mean log-probability per word, the end of the text included."""
        batch, n_prefix = prefix_B_P_d.shape[:2]
        words = self.embed(blocks.ids).expand(batch, -1, -1)
        mask, places = blocks.layout(n_prefix)
        logits = self.lm(
            inputs_embeds=torch.cat([prefix_B_P_d, words], dim=1),
            attention_mask=mask.expand(batch, 1, -1, -1),
            position_ids=places.expand(batch, -1),
            use_cache=False,
        ).logits[:, n_prefix - 1 :]
        log_p = logits.log_softmax(dim=2)[:, blocks.source + 1, blocks.target]
        total = torch.zeros(batch, blocks.n_texts).index_add(1, blocks.owner, log_p)
        return total / blocks.lengths

    def text_loss(
        self, prefix_B_P_d: Tensor, prompts: Sequence[Sequence[int]], texts: Sequence[Sequence[int]]
    ) -> Tensor:
        """Return the mean cross-entropy of `texts`, each written after its prompt."""
        rows = [[*p, *t, self.end] for p, t in zip(prompts, texts, strict=True)]
        width = max(map(len, rows))
        ids = torch.tensor([row + [self.pad] * (width - len(row)) for row in rows])
        learn = torch.zeros(ids.shape, dtype=torch.bool)
        for i, (prompt, row) in enumerate(zip(prompts, rows, strict=True)):
            learn[i, len(prompt) : len(row)] = True
        n_prefix = prefix_B_P_d.shape[1]
        logits = self.lm(
            inputs_embeds=torch.cat([prefix_B_P_d, self.embed(ids[:, :-1])], dim=1),
            use_cache=False,
        ).logits[:, n_prefix - 1 :]
        return F.cross_entropy(logits[learn], ids[learn])

    @torch.no_grad()
    def write(self, prefix_B_P_d: Tensor, prompt: Sequence[int]) -> list[list[str]]:
        """Write one text per row after the same prompt, word by word, the likeliest word each time.

        Only well-formed texts can be written: a span opens first, and slots stand inside spans.
        """
        batch = len(prefix_B_P_d)
        inputs = torch.cat([prefix_B_P_d, self._embed_prompt(prompt, batch)], dim=1)
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

    def _embed_prompt(self, prompt: Sequence[int], batch: int) -> Tensor:
        return self.embed(torch.tensor(list(prompt), dtype=torch.long)).expand(batch, -1, -1)
