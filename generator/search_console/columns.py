"""Recognises the columns of exports by their names, in the languages of Search Console, its API and BigQuery."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

Field = Literal[
    "page",
    "query",
    "clicks",
    "impressions",
    "ctr",
    "position",
    "sum_position",
    "date",
    "country",
    "device",
    "appearance",
    "search_type",
    "keys",
    "other",
]

# The names in English and of the API first, then those of the website in German, French, Spanish, Italian, Portuguese,
# Dutch, Polish, Czech, Swedish, Danish, Norwegian, Finnish, Hungarian, Romanian, Turkish, Greek, Russian, Ukrainian,
# Indonesian, Vietnamese, Japanese, Korean and Chinese.
_NAMES: dict[Field, str] = {
    "page": (
        "page|pages|top pages|top page|url|urls|landing page|landing pages|address|page url|page path"
        "|seite|seiten|top seiten|häufigste seiten|die häufigsten seiten|beliebteste seiten|zielseite"
        "|pages les plus populaires|pages les plus consultées|pages principales|meilleures pages"
        "|página|páginas|páginas principales|páginas más populares|principales páginas"
        "|pagina|pagine|pagine principali|pagine più popolari|pagine più visitate"
        "|principais páginas|páginas mais populares|páginas principais"
        "|pagina s|toppagina s|populairste pagina s|belangrijkste pagina s"
        "|strona|strony|najpopularniejsze strony|najczęstsze strony|stránka|stránky|nejčastější stránky"
        "|nejoblíbenější stránky|sida|sidor|populäraste sidorna|vanligaste sidorna|side|sider|mest populære sider"
        "|populære sider|vanligste sider|sivu|sivut|suosituimmat sivut|oldal|oldalak|legnépszerűbb oldalak"
        "|pagini|pagini de top|cele mai populare pagini|sayfa|sayfalar|en popüler sayfalar|en çok ziyaret edilen sayfalar"
        "|σελίδα|σελίδες|κορυφαίες σελίδες|δημοφιλείς σελίδες|страница|страницы|популярные страницы|сторінка|сторінки"
        "|популярні сторінки|найпопулярніші сторінки|halaman|halaman teratas|trang|trang hàng đầu"
        "|ページ|上位のページ|페이지|인기 페이지|网页|热门网页|網頁|熱門網頁|最常瀏覽的網頁|排名最前的网页"
    ),
    "query": (
        "query|queries|top queries|top query|search query|search queries|search term|keyword|keywords"
        "|suchanfrage|suchanfragen|häufigste suchanfragen|die häufigsten suchanfragen|top suchanfragen"
        "|requête|requêtes|requêtes les plus fréquentes|principales requêtes|requêtes principales"
        "|consulta|consultas|consultas principales|consultas más frecuentes|principales consultas"
        "|query più frequenti|query principali|principali query|query di ricerca"
        "|principais consultas|consultas principais|consultas mais frequentes|consultas populares"
        "|zoekopdracht|zoekopdrachten|populairste zoekopdrachten|belangrijkste zoekopdrachten|topzoekopdrachten"
        "|zapytanie|zapytania|najczęstsze zapytania|najpopularniejsze zapytania|dotaz|dotazy|nejčastější dotazy"
        "|fråga|frågor|sökfråga|sökfrågor|populäraste frågorna|vanligaste frågorna|vanligaste sökfrågorna"
        "|forespørgsel|forespørgsler|søgeforespørgsler|populæreste forespørgsler|mest populære forespørgsler"
        "|søk|søkefraser|søkeord|vanligste søk|populære søk|haku|haut|kysely|kyselyt|suosituimmat haut"
        "|suosituimmat kyselyt|lekérdezés|lekérdezések|leggyakoribb lekérdezések|legnépszerűbb lekérdezések"
        "|interogare|interogări|interogări de top|cele mai frecvente interogări|sorgu|sorgular|en çok yapılan sorgular"
        "|en popüler sorgular|ερώτημα|ερωτήματα|κορυφαία ερωτήματα|δημοφιλή ερωτήματα|запрос|запросы"
        "|популярные запросы|самые популярные запросы|запит|запити|популярні запити|найпопулярніші запити"
        "|kueri|kueri teratas|kueri penelusuran|truy vấn|cụm từ tìm kiếm hàng đầu|truy vấn hàng đầu"
        "|クエリ|上位のクエリ|検索クエリ|쿼리|검색어|인기 검색어|查询|热门查询|查询数|排名靠前的查询|查詢|熱門查詢|熱門查詢項目"
    ),
    "clicks": (
        "clicks|click|url clicks|klicks|clics|clic|clicks en la url|clique|cliques|klikken|kliknięcia|kliknutí|prokliky"
        "|klick|klikk|klik|klikkaukset|klikkausta|kattintás|kattintások|clicuri|tıklama|tıklamalar|tıklama sayısı"
        "|κλικ|клики|клик|кліки|klik url|lượt nhấp|số lượt nhấp|クリック数|クリック|클릭수|클릭 수|点击次数|点击|點擊|點擊次數|點按次數"
    ),
    "impressions": (
        "impressions|impression|impressionen|impresiones|impressioni|impressões|vertoningen|weergaven|wyświetlenia"
        "|zobrazení|exponeringar|visningar|eksponeringer|visninger|näyttökerrat|näytöt|megjelenítés|megjelenítések"
        "|megjelenések|afișări|gösterim|gösterimler|gösterim sayısı|εμφανίσεις|показы|покази|tayangan|lượt hiển thị"
        "|số lượt hiển thị|表示回数|インプレッション|노출|노출수|노출 수|展示|展示次数|曝光|曝光次數"
    ),
    "ctr": (
        "ctr|click through rate|click rate|site ctr|url ctr|klickrate|taux de clics|porcentaje de clics|to|tıklama oranı"
        "|点击率|點閱率|クリック率|클릭률"
    ),
    "position": (
        "position|average position|avg position|positionen|durchschnittliche position|position moyenne|posición"
        "|posición media|posizione|posizione media|posição|posição média|positie|gemiddelde positie|pozycja"
        "|średnia pozycja|pozice|průměrná pozice|genomsnittlig position|placering|gennemsnitlig placering|posisjon|plassering"
        "|sijainti|keskimääräinen sijainti|pozíció|helyezés|poziție|poziția|poziție medie|konum|ortalama konum|pozisyon"
        "|θέση|μέση θέση|позиция|средняя позиция|позиція|середня позиція|posisi|vị trí|vị trí trung bình"
        "|掲載順位|平均掲載順位|게재 순위|게재순위|排名|平均排名"
    ),
    "sum_position": "sum position|sum top position",
    "date": (
        "date|day|data date|datum|fecha|data|dato|päivämäärä|dátum|dată|tarih|ημερομηνία|дата|tanggal|ngày|日付|날짜|日期"
        "|time|uhrzeit|heure|hora"
    ),
    "country": (
        "country|countries|land|länder|pays|país|países|paese|paesi|landen|kraj|kraje|země|lande|maa|maat|ország|országok"
        "|țară|țări|ülke|ülkeler|χώρα|χώρες|страна|страны|країна|країни|negara|quốc gia|国|국가|国家 地区|国家|國家 地區|国家 地區"
    ),
    "device": (
        "device|devices|gerät|geräte|appareil|appareils|dispositivo|dispositivos|dispositivi|apparaat|apparaten"
        "|urządzenie|urządzenia|zařízení|enhet|enheter|enhed|enheder|laite|laitteet|eszköz|eszközök|dispozitiv|dispozitive"
        "|cihaz|cihazlar|συσκευή|συσκευές|устройство|устройства|пристрій|пристрої|perangkat|thiết bị|デバイス|기기|设备|裝置"
    ),
    "appearance": (
        "search appearance|searchappearance|darstellung in der suche|darstellung|apparence dans les résultats de recherche"
        "|aparición en la búsqueda|apariencia en el buscador|aspetto nella ricerca|aspecto da pesquisa"
        "|weergave in zoekresultaten|wygląd w wyszukiwarce|検索での見え方|검색 노출|搜索结果呈现|搜尋外觀"
    ),
    "search_type": "search type|searchtype",
    "keys": "keys|key",
}
_FIELD_OF: dict[str, Field] = {
    name: field for field, names in _NAMES.items() for name in names.split("|") if name
}
_PUNCTUATION = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"[(\[（][^()\[\]（）]*[)\]）]")


def fields_of(header: Sequence[str]) -> list[Field]:
    """The field that each column has by its name; ``other`` for unknown names."""
    return [_FIELD_OF.get(_normalised(cell), "other") for cell in header]


def compares_ranges(header: Sequence[str]) -> bool:
    """Whether a table has clicks or impressions of several ranges of dates side by side."""
    counts = [_counted_field(cell) for cell in header]
    return counts.count("clicks") > 1 or counts.count("impressions") > 1


def _counted_field(cell: str) -> Field:
    """As :func:`fields_of` for one cell that may also name a range, as ``Last 3 months Clicks``."""
    words = _normalised(cell).split()
    parts = (*(" ".join(words[:n]) for n in range(1, 4)), *(" ".join(words[-n:]) for n in range(1, 4)))
    found = {_FIELD_OF.get(part, "other") for part in (" ".join(words), *parts)}
    return "clicks" if "clicks" in found else "impressions" if "impressions" in found else "other"


def _normalised(cell: str) -> str:
    """A name in lower case, without punctuation and remarks in brackets."""
    text = unicodedata.normalize("NFC", cell.strip().strip("\ufeff")).casefold().replace("i\u0307", "i")
    bare = _BRACKETED.sub(" ", text)
    return " ".join(_PUNCTUATION.sub(" ", bare if bare.strip() else text).split())
