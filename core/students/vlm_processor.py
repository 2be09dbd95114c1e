"""How an image-text model is shown a picture and a text: its processor, checked before it is used.

Two things go wrong in silence elsewhere. The Qwen processors want one for videos, which needs
torchvision: where that is missing, `AutoProcessor` fails or hands out a bare tokenizer. No video is
ever shown here, so these models get a processor for pictures alone, with or without torchvision.
And processors of the CLIP kind cut the left and right of a picture that is no square away: with a
plot, that is half of the time axis. Here the whole plot is resized instead.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import AutoConfig, AutoProcessor, ProcessorMixin, Qwen2_5_VLProcessor

from core.errors import ConfigError

IMAGE_ONLY = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl")
"""Model types whose own processors demand one for videos."""


class ImageOnlyProcessor(Qwen2_5_VLProcessor):
    """The processor of Qwen's image-text models without the part for videos.

    What these models' processors do to a picture and its text is the same in all of them.
    """

    def __init__(
        self, image_processor: Any, tokenizer: Any, chat_template: Any = None, **kwargs: Any
    ) -> None:
        self.image_token, self.video_token = "<|image_pad|>", "<|video_pad|>"
        self.image_token_id = tokenizer.convert_tokens_to_ids(self.image_token)
        self.video_token_id = tokenizer.convert_tokens_to_ids(self.video_token)
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)


def load_processor(folder: Path, model_type: str) -> Any:
    """Read the processor of a model that lies in `folder`.

    Raises:
        ConfigError: when there is none for pictures and text, or it has no chat template.
    """
    try:
        if model_type in IMAGE_ONLY:
            _register(folder)
            processor: Any = ImageOnlyProcessor.from_pretrained(folder)
        else:
            processor = AutoProcessor.from_pretrained(folder)
    except (OSError, ValueError, ImportError, TypeError, KeyError) as error:
        raise ConfigError(
            f"the processor of the image-text model in {folder} cannot be read ({error}); give the "
            "folder that save_pretrained wrote model and processor into, or install what the "
            "message asks for"
        ) from error
    if not isinstance(processor, ProcessorMixin) or not hasattr(processor, "image_processor"):
        raise ConfigError(
            f"{folder} gives a {type(processor).__name__} instead of a processor for pictures and "
            "text, so no picture could be shown to the model; bring its preprocessor_config.json "
            "back, or choose another model"
        )
    _check_texts(processor, folder)
    show_whole_pictures(processor)
    return processor


def show_whole_pictures(processor: Any) -> None:
    """Have a processor resize a whole picture where it would cut a square out of its middle."""
    pictures = processor.image_processor
    if not getattr(pictures, "do_center_crop", False):
        return
    pictures.do_center_crop = False
    pictures.size = pictures.crop_size


def _check_texts(processor: Any, folder: Path) -> None:
    tokenizer = processor.tokenizer
    processor.chat_template = processor.chat_template or tokenizer.chat_template
    if not processor.chat_template:
        raise ConfigError(
            f"the model in {folder} has no chat template, so it is not known how a question is put "
            "to it; choose an instruction-tuned model (…-Instruct), or put its chat_template.jinja "
            "beside the weights"
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.padding_side = "left"  # what is generated begins where every text ends


def _register(folder: Path) -> None:
    """Let `AutoProcessor` know too: without it, it returns a bare tokenizer for such a folder."""
    config = type(AutoConfig.from_pretrained(folder))
    AutoProcessor.register(config, ImageOnlyProcessor, exist_ok=True)
