"""The words that phrases about a plot are made of, as regular expressions over plain text.

`plain_text` first makes one text of the many ways to write the same: lower case, one minus sign, no
thousands separators, digits for number words, no "about" before a number.
"""

import re

NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?"
SAMPLES = (
    r"(?:samples?|indices|index(?:es)?|positions?|data ?points?|points?|time ?steps?|t ?=|x ?=)"
)
SECONDS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
TIME = r"(?:seconds?|secs?|s|minutes?|mins?|min|hours?|hrs?|h|days?|d)"

_UP_TO_TWENTY = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100"}
_WORDS = _TENS | {
    word: str(number) for number, word in enumerate(re.findall(r"\w+", _UP_TO_TWENTY), start=2)
}
_NUMBER_WORDS = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_REPLACED = (
    (re.compile("[−‒]"), "-"),
    (re.compile("[–—]"), " - "),
    (re.compile(r"(?<=\d)\s+-\s+(?=\d)"), "-"),
    (re.compile("[’‘]"), "'"),
    (re.compile(r"(?<=\d)[,'\u00a0\u2009\u202f](?=\d{3}(?!\d))"), ""),
    (re.compile(r"\bstep \d+\s*[:.)]"), " "),
    (re.compile(r"\bminus (?=\d)"), "-"),
    (re.compile(r"\bplus (?=\d)"), "+"),
    (re.compile(r"([-+]) (?=\d)"), r"\1"),
    (re.compile(r"\s*(?:percent|per cent)\b"), " %"),
    (re.compile(r"\bapprox\."), "about"),
    (re.compile(rf"(?:\b(?:about|roughly|approximately|approx|some|nearly|almost|circa|ca|exactly|"
                rf"just|only)|~|≈) ?(?=\b(?:around |near )?{NUMBER})"), ""),
    (re.compile(rf"\b(at|to|by|of|is|are|was|from|until|for|takes|every|reaches|reaching|after|and|"
                rf"between|between samples|with) (?:about|around|near|close to|roughly|some|only) "
                rf"(?={NUMBER})"), r"\1 "),
    (re.compile(r" or so\b"), ""),
)  # fmt: skip

MISSING = (
    r"\bmissing\b|\bgaps?\b|\bdrop-?outs?\b|\bnothing (?:was|is|were) (?:recorded|measured)|"
    r"\b(?:no|without|lacks?|lacking) (?:any )?(?:data|values?|samples?|readings?|measurements?|"
    r"recordings?)\b|\bnot recorded\b|\bdata loss\b|\bunrecorded\b|\bnan\b"
)
STUCK = (
    r"\bstuck\b|\bfrozen\b|\bfreezes\b|\bidentical\b|\brepeats \d+ times|\bsame value\b|"
    r"\bexactly constant\b"
)
PERIOD = (
    r"\bperiod(?:ic|icity|ically)?\b|\bcycles?\b|\bcyclic(?:al)?\b|\brepeat(?:s|ing|ed)?\b|"
    r"\boscillat\w+|\bwavelength\b|\bevery \d"
)
VARIANCE = (
    r"\bnois\w+|\bfluctuat\w+|\bvarian\w+|\bvariab\w+|\bvolatil\w+|\bcalm\w*|\bquiet\w*|"
    r"\bamplitude\b|\bscatter\w*|\bjitter\w*|\berratic\w*|\bturbulen\w+|\bdispersion\b|"
    r"\bsmooth(?:er|est)?\b|\brestless\b|\bwobbl\w+"
)
SPIKE = (
    r"\bspik\w+|\boutliers?\b|\bexcursions?\b|\bimpulses?\b|\bblips?\b|\bglitch\w*|\bpulses?\b|"
    r"\bdips?\b|\bshoots?\b|\ba (?:\w+ )?peak\b|\bneighbou?rs\b|\b(?:falls?|comes?|jumps?|drops?|"
    r"goes|returns?) back (?:at once|right|immediately)"
)
FLAT = (
    r"\bflat\b|\bconstant\b|\bstable\b|\bsteady\b|\bunchanged\b|\blevel(?:s|led)? off\b|"
    r"\bplateau\w*|\bstationary\b|\b(?:no|without a|without any) (?:clear |obvious |visible )?"
    r"(?:trend|drift|change)\b|\b(?:does not|doesn't|do not|hardly|barely) (?:change|move)\b"
)
HOLDS = r"\bstays?\b|\bremains?\b|\bholds?\b|\bsettles?\b|\bsits?\b|\bhovers?\b"
UP = (
    r"\bris(?:e|es|en|ing)\b|\brose\b|\bclimb\w*|\bincreas\w+|\bgrow\w*|\bgrew\b|\bup\b|"
    r"\bupwards?\b|\bgain\w*|\bascen\w+|\bjump\w*|\bleap\w*|\bsurg\w+|\bsoar\w*|\bhigher\b|"
    r"\braised?\b|\belevated\b|\babove\b|\blift\w*|\bdoubl\w+|\btripl\w+|\bquadrupl\w+|"
    r"\bpositive\b|\bmore\b|\bhigh\b"
)
DOWN = (
    r"\bfall\w*|\bfell\b|\bdrop\w*|\bdeclin\w+|\bdecreas\w+|\bsink\w*|\bsank\b|\bdips?\b|\bdown\b|"
    r"\bdownwards?\b|\bdescen\w+|\bplung\w+|\bcollaps\w+|\bsag\w*|\blos(?:es|t|ing)\b|\bslump\w*|"
    r"\blower(?:ed|s)?\b|\bbelow\b|\breduc\w+|\bdiv(?:e|es|ing)\b|\bcrash\w*|\bhalv\w+|"
    r"\bnegative\b|\bshrink\w*|\bless\b|\bhalf\b"
)
SUDDEN = (
    r"\bsudden\w*|\babrupt\w*|\bsharp\w*|\bjump\w*|\bsteps?\b|\bshift\w*|\bat once\b|\bplung\w+|"
    r"\bleap\w*|\bimmediate\w*|\bdrop\w*|\bcollaps\w+|\bcrash\w*|\bfalls?\b|\bfell\b|\bsurg\w+|"
    r"\bsag\w*|\bchange\b|\bdips?\b|\bdoubl\w+|\bhalv\w+|\btripl\w+"
)
GRADUAL = (
    r"\bstead\w+|\bgradual\w*|\bslow\w*|\bgent\w+|\blinear\w*|\btrends?\b|\bkeeps?\b|\bdrift\w*|"
    r"\bsmoothly\b|\bclimb\w*"
)
COMPARED = (
    r"\bhigher\b|\blower\b|\babove\b|\bbelow\b|\braised\b|\belevated\b|\breduced\b|\blevels?\b|"
    r"\bsits?\b|\boffset\b"
)
MORE_FLUCTUATION = (
    r"\bnois(?:ier|iest|y)\b|\bmore\b|\blarge\w*|\bgrow\w*|\bincreas\w+|\bhigh\w*|\bburst\w*|"
    r"\bwide\w*|\berratic\b|\bvolatile\b|\bstrong\w*|\bris\w+|\bturbulent\b|\brestless\b|\bup\b|"
    r"\bdoubl\w+|\btripl\w+|\bquadrupl\w+|\bbigger\b|\bheavy\b|\bheavier\b|\bswell\w*|\btimes\b"
)
LESS_FLUCTUATION = (
    r"\bcalm\w*|\bquiet\w*|\bsmooth\w*|\bless\b|\bsmall\w*|\blow\w*|\bshrink\w*|\bdecreas\w+|"
    r"\bdrop\w*|\bhalv\w+|\breduc\w+|\bfad\w+|\bnarrow\w*|\btight\w*|\bfall\w*|\bdown\b|\bhalf\b|"
    r"\bweak\w*|\bdie\w* (?:down|away)|\bfraction\b"
)
HIGHEST = (
    r"\bmaxim\w+|\bmax\b|\b(?:highest|largest|top) (?:value|point|level|reading|sample)|\bpeaks\b|"
    r"\bpeaked\b|\bthe peak\b|\bglobal peak\b|\bpeak value\b|\bhighest\b"
)
LOWEST = (
    r"\bminim\w+|\bmin\b|\b(?:lowest|smallest) (?:value|point|level|reading|sample)|\blowest\b|"
    r"\bbottom\w*(?: out)?|\btrough\b"
)
RELATION = (
    r"\blinks?\b|\bconnect\w*|\b(?:de)?correlat\w*|\b(?:de)?coupl\w*|\brelation\w*|"
    r"\b(?:mov|go|run|vary|chang|act|behav)\w* (?:together|alike|as one|along|with)\b|"
    r"\bin (?:step|sync)\b|\bsynchron\w*|\bfollow\w* (?:each other|<c\d+>)|\bpull\w* on\b"
)
NO_CLAIM = (
    r"\bbic\b|\boff its trend\b|\bbeside its baseline\b|\bdetrended\b|\brelative to the trend\b|"
    r"\bfits?\b|\bis a guess\b|% of the window\b|\bif\b|\bwould\b|\bexpected\b|\bcould be\b|"
    r"(?<!high-)(?<!low-)\bfrequency\b|\b(?:the )?(?:others?|rest|remaining)\b"
)
INSIGNIFICANT = (
    r"\bwithin (?:the |its |their )?(?:noise|normal|usual)\b|\bno more than noise\b|\binsignificant"
)
EXCEPT = (
    r"\bexcept\b|\bapart from\b|\botherwise\b|\bmostly\b|\bgenerally\b|\blargely\b|\bnormally\b|"
    r"\binitially\b|\bat first\b|\buntil\b|\busually\b"
)
MIDPOINT = r"\bhalf of the way\b|\bmid-?point\b"
AFTERWARDS = r"\bfollows?\b|\bafterwards\b|\bafter that\b|\bthereafter\b|\blater\b|\bnext\b"
RETURNS = r"\bback\b|\breturns?\b|\brecover\w*"
NEGATED = r"\bno\b|\bnot\b|n't\b|\bnever\b|\bwithout\b|\bneither\b|\bnor\b|\bnone\b"

ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "fifth": 5,
    "last": -1, "final": -1,
}  # fmt: skip
SPIKES = r"(?:spikes?|outliers?|excursions?|impulses?|blips?|glitch(?:es)?|dips?|peaks?)"
STEPS = (
    r"(?:level shifts?|level changes?|mean shifts?|shifts?|steps?|jumps?|drops?|changes?|falls?|"
    r"rises?|increases?|decreases?|breaks?)"
)
EVENTS = r"(?:anomal(?:y|ies)|events?|intervals?|segments?|findings?|irregularit(?:y|ies))"
RANKS = (
    r"(?:second |third |2nd |3rd )?(?:largest|biggest|strongest|greatest|highest|deepest|tallest|"
    r"main|most (?:pronounced|prominent|extreme|striking))"
)


def plain_text(text: str) -> str:
    """Return a phrase in lower case, with plain numbers and without words that only soften them."""
    said = _NUMBER_WORDS.sub(lambda found: _WORDS[found[1]], text.lower())
    for pattern, instead in _REPLACED:
        said = pattern.sub(instead, said)
    return said


def has(pattern: str, text: str) -> bool:
    """Say whether a text holds one of the words."""
    return re.search(pattern, text) is not None
