"""The network of the series student: encoder over patches, heads, soft tokens for the decoder.

    (rows, 6, 128) patch statistics -> conv stem -> 32 tokens -> dilated convolutions
        -> pooled over channels -> class head, 32 soft tokens, position head on the patches
        -> per channel, with full-resolution convolutions -> event head, one row per sample

A row is one channel of one window; the encoding is the same for every channel and the channels of
a window are averaged before the class head and the decoder see them.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.students.series_informer import InformerEncoder
from core.students.series_input import (
    N_PATCHES,
    N_STATISTICS,
    on_grid,
    patch_statistics,
)
from core.students.sizes import Body

N_TOKENS = 32


class DilatedBlock(nn.Module):
    """Two convolutions with a residual way around them."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.first = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.second = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)

    def forward(self, x: Tensor) -> Tensor:
        """Keep the shape (rows, width, length)."""
        return x + self.second(F.gelu(self.first(self.norm(x))))


class Encoder(nn.Module):
    """Patches to 32 tokens per row; `fine` keeps the stem's view of the 128 patches."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.stem = nn.Conv1d(N_STATISTICS, width, 5, padding=2)
        self.halve = nn.ModuleList(
            [nn.Conv1d(width, width, 3, stride=2, padding=1) for _ in range(2)]
        )
        self.place = nn.Parameter(torch.zeros(width, N_TOKENS))
        self.body = nn.Sequential(*[DilatedBlock(width, dilation) for dilation in (1, 2, 4)])

    def forward(self, statistics_R_4_P: Tensor) -> tuple[Tensor, Tensor]:
        """Return fine (rows, width, 128) and tokens (rows, width, 32)."""
        fine = F.gelu(self.stem(statistics_R_4_P))
        x = fine
        for halve in self.halve:
            x = F.gelu(halve(x))
        return fine, self.body(x + self.place)


def pool_channels(rows: Tensor, window_of_row: Tensor, n_windows: int) -> Tensor:
    """Average the rows of each window: (rows, ...) to (windows, ...)."""
    if len(rows) == n_windows:
        return rows
    total = torch.zeros(n_windows, *rows.shape[1:]).index_add(0, window_of_row, rows)
    counts = torch.bincount(window_of_row, minlength=n_windows)
    return total / counts.view(-1, *[1] * (rows.dim() - 1))


class EventHead(nn.Module):
    """Logits per sample: background and one per event type, for each channel on its own.

    Full-resolution convolutions see the exact edge; their patch means join the encoder's view,
    dilated convolutions over 128 patches give the context, which comes back upsampled.
    """

    def __init__(
        self, width: int, n_types: int, n_features: int, narrow: int = 16, middle: int = 48
    ) -> None:
        super().__init__()
        self.sharp = nn.Sequential(
            nn.Conv1d(n_features, narrow, 5, padding=2),
            nn.GELU(),
            nn.Conv1d(narrow, narrow, 5, padding=2),
            nn.GELU(),
        )
        self.join = nn.Conv1d(3 * width + 2 * narrow + n_features, middle, 1)
        self.context = nn.Sequential(*[DilatedBlock(middle, d) for d in (1, 2, 4, 8)])
        self.down = nn.Conv1d(middle, narrow, 1)
        self.mix = nn.Conv1d(2 * narrow, narrow, 5, padding=4, dilation=2)
        self.out = nn.Conv1d(narrow, 1 + n_types, 1)
        # A short cut: what one feature tells alone is learned within a few steps.
        self.direct = nn.Conv1d(n_features, 1 + n_types, 1, bias=False)

    def forward(
        self, features_R_F_n: Tensor, fine: Tensor, tokens: Tensor, shared: Tensor
    ) -> Tensor:
        """Return (rows, 1 + types, n); `shared` is the window's channel average per row."""
        n = features_R_F_n.shape[2]
        sharp = self.sharp(features_R_F_n)
        joined = torch.cat(
            [
                fine,
                F.interpolate(tokens, size=N_PATCHES, mode="linear"),
                F.interpolate(shared, size=N_PATCHES, mode="linear"),
                F.adaptive_avg_pool1d(features_R_F_n, N_PATCHES),
                F.adaptive_avg_pool1d(sharp, N_PATCHES),
                F.adaptive_max_pool1d(sharp, N_PATCHES),
            ],
            dim=1,
        )
        context = self.context(F.gelu(self.join(joined)))
        wide = F.interpolate(self.down(context), size=n, mode="linear")
        mixed = F.gelu(self.mix(torch.cat([sharp, wide], dim=1)))
        return self.out(mixed) + self.direct(features_R_F_n)


class SeriesNet(nn.Module):
    """Encoder and heads; the language model that reads the soft tokens is held beside it.

    Args:
        classes: number of options of each pattern question.
        types: number of event types of each anomaly question.
        slots: number of positions that rationales speak of.
        width: channels of the encoder.
        decoder_width: embedding size of the language model.
        n_features: rows per channel that the event heads read.
        body: "conv" or "informer", the shape of the encoder.
    """

    def __init__(
        self,
        classes: Sequence[int],
        types: Sequence[int],
        slots: int,
        width: int,
        decoder_width: int,
        n_features: int,
        body: Body = "conv",
    ) -> None:
        super().__init__()
        self.encoder = Encoder(width) if body == "conv" else InformerEncoder(width)
        self.classify = nn.ModuleList([nn.Linear(2 * width, n) for n in classes])
        self.events = nn.ModuleList([EventHead(width, n, n_features) for n in types])
        self.position = nn.Sequential(
            nn.Conv1d(2 * width, width, 3, padding=1), nn.GELU(), nn.Conv1d(width, max(1, slots), 1)
        )
        self.to_soft = nn.Linear(width, decoder_width)
        self.to_first = nn.Linear(2 * width, decoder_width)

    def encode(self, values_R_n: Tensor, window_of_row: Tensor, n_windows: int) -> "Encoded":
        """Encode rows of one length; `window_of_row` says which window each row belongs to."""
        fine, tokens = self.encoder(patch_statistics(on_grid(values_R_n)))
        return Encoded(
            fine,
            tokens,
            pool_channels(fine, window_of_row, n_windows),
            pool_channels(tokens, window_of_row, n_windows),
        )

    def soft_tokens(self, encoded: "Encoded") -> Tensor:
        """Return (windows, 32, decoder_width); the first token carries the pooled summary."""
        soft = self.to_soft(encoded.window_tokens.transpose(1, 2))
        first = self.to_first(encoded.summary)
        return torch.cat([first[:, None], soft[:, 1:]], dim=1)

    def positions(self, encoded: "Encoded") -> Tensor:
        """Return (windows, slots, 128) logits of where each slot's position lies."""
        wide = F.interpolate(encoded.window_tokens, size=N_PATCHES, mode="linear")
        return self.position(torch.cat([encoded.window_fine, wide], dim=1))

    def event_logits(
        self,
        question: int,
        encoded: "Encoded",
        features_R_F_n: Tensor,
        window_of_row: Tensor,
    ) -> Tensor:
        """Return (rows, 1 + types, n) logits of anomaly question number `question`."""
        return self.events[question](
            features_R_F_n,
            encoded.fine,
            encoded.tokens,
            encoded.window_tokens[window_of_row],
        )


class Encoded:
    """What the encoder made of rows, and of windows by averaging their rows."""

    def __init__(
        self, fine: Tensor, tokens: Tensor, window_fine: Tensor, window_tokens: Tensor
    ) -> None:
        self.fine, self.tokens = fine, tokens
        self.window_fine, self.window_tokens = window_fine, window_tokens

    def detached(self) -> "Encoded":
        """Return the same without its way back into the encoder."""
        parts = (self.fine, self.tokens, self.window_fine, self.window_tokens)
        return Encoded(*(part.detach() for part in parts))

    @property
    def summary(self) -> Tensor:
        """(windows, 2 * width): mean and maximum over the window's tokens."""
        return torch.cat([self.window_tokens.mean(dim=2), self.window_tokens.amax(dim=2)], dim=1)
