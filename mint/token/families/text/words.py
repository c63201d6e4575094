"""The texts of sprites: words and small poems by mood.

Texts are separated by semicolons. A space may become a line break, ``|`` marks where a word may be broken, and `` / `` separates
the lines of a poem.
"""

from functools import cache

_WORDS = {
    "dream": """
        so; up; nap; hum; rem; zzz; nod; eye; who?; veil; soft; soar; aura; hush; lull; muse; glow; drift; sleep; dream; fable;
        lu|cid; rev|erie; pil|low; slum|ber; lul|laby; mi|rage; fea|ther; phan|tom; won|der; wake up; not yet; let go; fall up;
        am i?; de|ja vu; once more; deep rest; slow down; five / more / sleeps; i fell / into / a cloud; a door / in the / sea;
        the bed / set / sail; all my / sheep / can fly
    """,
    "machine": """
        ai; on; bot; cog; oil; rpm; gas; zap; beep; cams; saws; gear; volt; wire; iron; coil; rust; robot; spark; steam; pis|ton;
        en|gine; mo|tor; tur|bine; dy|na|mo; cy|borg; clock|work; over|drive; cir|cuit; pul|ley; on/off; tick tock; beep boop;
        oil me; do not touch; no. 9; hi, hu|man; boot up; out of order; gears / turn in / the sun; tin / heart, / warm;
        i rust / in the / rain; a fan / hums / to me; one / bulb / left on
    """,
    "sea": """
        se; nw; h2o; sea; bay; eel; fin; cod; sos; net; ahoy; wave; oars; seas; tide; reef; salt; kelp; buoy; ocean; coral; whale;
        shell; har|bor; sail|or; an|chor; la|goon; mer|maid; lob|ster; sea|gull; drift|wood; is|land; low tide; high tide; the deep;
        salt air; north sea; old pier; far shore; sea glass; row home; the sea / says / yes; salt / on the / lips;
        a gull / steals / the sun; no map / for / waves; blue, / bluer, / gone
    """,
    "city": """
        go; no; 24; ave; jam; bar; bus; cab; exit; open; cars; news; taxi; loft; deli; neon; roof; walk; mall; pier; park; block;
        tower; metro; hotel; sub|way; ave|nue; side|walk; cor|ner; sky|line; ki|osk; bal|cony; down|town; cin|ema; 5th ave;
        last bus; rush hour; open 24h; room 404; city hum; no exit; old town; one way; ten / floors / of rain;
        a cat / owns / this st.; lamps / on, / one off; we met / at the / lights; the bus / dreams / of sea
    """,
    "night": """
        am; pm; owl; bat; fox; dim; dark; late; dusk; dawn; moon; luna; nox; cave; noir; jazz; cats; lamp; night; black; shade;
        um|bra; mid|night; sha|dow; lan|tern; moon|lit; noc|turne; twi|light; fire|fly; eve|ning; can|dle; 3 a.m.; full moon;
        no sleep; stay up; lights out; good night; owl hour; late show; all night; one / moth, / one sun; the owl / asks / who?;
        stars / spill / milk; half a / moon is / enough; dark / warm / coat
    """,
    "love": """
        yes; kiss; hug; you; xo; be; us; vow; two; dear; sweet; love; ours; amor; rose; duet; adore; hold; sigh; amour; heart;
        us two; ti amo; dar|ling; ho|ney; ten|der; de|sire; ca|ress; al|ways; for|ever; ro|mance; be|loved; i <3 u; be mine;
        call me; kiss me; you & me; miss you; with you; my rose; say yes; your / hand, / my coat; two / cups, / one tea;
        i kept / your / winter; stay / until / snow; we are / the / rain
    """,
    "code": """
        if; or; 01; bug; nan; for; log; null; hex; code; enum; exec; hack; loop; else; true; byte; array; debug; print; stack;
        re|turn; com|pile; ker|nel; bi|nary; syn|tax; ran|dom; buf|fer; ha|lt!; re|curse; i = i + 1; x/0; no bugs; run(); <hello>;
        if not:; end_; f(x) = ?; it works!; while / awake: / dream; if sad: / pet / cat; return / to / sender; print / the / moon;
        erase / all my / errors
    """,
    "cosmos": """
        nu; 0g; sun; sky; ufo; ion; mars; nova; zero; orb; void; star; dust; ring; halo; atom; orbit; comet; space; venus; gal|axy;
        cos|mos; sat|urn; plan|et; rock|et; neb|ula; qua|sar; au|rora; e|clipse; lift off; big bang; dark star; hello?; far out;
        deep sky; come in peace; 3,2,1 go!; red dwarf; star / light, / late; i miss / you, / pluto; the sun / is one / of us;
        space / is just / night; dust / that / sings
    """,
    "weather": """
        uv; ow; ah; brr; fog; hot; icy; rain; snow; hail; wind; gale; mist; warm; sere; dew; cold; gust; calm; storm; cloud; frost;
        flood; brisk; thun|der; driz|zle; mon|soon; rain|bow; sun|rise; sum|mer; win|ter; bliz|zard; hu|mid; so cold; wet feet;
        first snow; warm rain; dry leaf; no wind; ice age; blue sky; again rain; rain / on tin, / listen; snow / erases / roads;
        the fog / ate the / city; wind / reads / leaves; a cloud / lost / its way
    """,
}

MOODS = tuple(_WORDS)


@cache
def texts(mood: str) -> tuple[str, ...]:
    """Return the texts of a mood, in ASCII, with break marks."""
    return tuple(" ".join(text.split()) for text in _WORDS[mood].split(";"))


def without_marks(text: str) -> str:
    """Return a text without the marks for word breaks."""
    return text.replace("|", "")
