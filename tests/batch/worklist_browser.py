"""The worklist in headless Chromium, used as a reader would. Arguments: case, folder with worklist.html.

Prints nothing and exits 0 where all holds; else the first thing that does not."""

import os
import re
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402

ACTIVE = "document.querySelector('.row.active')"
ROWS = "document.getElementById('count').textContent"


def expect(condition, what):
    if not condition:
        print("does not hold: %s" % (what,))
        sys.exit(1)


def equal(value, expected, what):
    expect(value == expected, "%s: %r, expected %r" % (what, value, expected))


def opened(browser, folder, hash_=""):
    browser.open("about:blank")
    browser.open("file://%s/worklist.html%s" % (folder, hash_))
    browser.until("document.getElementById('loading').textContent === ''")
    browser.frame()


def complaints(browser):
    """But for pictures: the samples have a few only."""
    return [c for c in browser.complaints() if not ("ERR_FILE_NOT_FOUND" in c and c.endswith(".jpg"))]


def number(text):
    return int(re.match(r"[\d,]+", text).group().replace(",", ""))


def rows_are(browser, expected, what):
    """Long lists wait a moment for the next keystroke."""
    for _ in range(60):
        found = number(browser.js(ROWS))
        if found == expected:
            return
        time.sleep(0.05)
    equal(found, expected, what)


def column(browser, id_):
    """Texts of the rows in view of a column, top down."""
    return browser.js("""(() => { const heads = [...document.querySelectorAll('[role=tabpanel] > div:not([hidden]) .head .cell')];
      const at = heads.findIndex(h => h.textContent.includes(%r));
      return [...document.querySelectorAll('[role=tabpanel] > div:not([hidden]) .body .row')]
        .sort((a, b) => a.getAttribute('aria-rowindex') - b.getAttribute('aria-rowindex')).map(r => r.children[at].textContent); })()""" % id_)


def sql(folder, query):
    connection = sqlite3.connect("file:%s/catalogue.sqlite?mode=ro" % folder, uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def keys(folder):
    with Browser() as b:
        opened(b, folder)
        hips = sql(folder, "SELECT count(*) FROM hips")[0][0]
        rows_are(b, hips, "rows")
        rendered = b.js("document.querySelectorAll('.body .row').length")
        expect(rendered < 60, "%d rows in the page: they are not virtual" % rendered)
        index = lambda: int(b.js(ACTIVE + ".getAttribute('aria-rowindex')")) - 2
        equal(index(), 0, "first row is active")
        b.key("ArrowDown")
        b.key("j", 3)
        b.key("k")
        b.key("ArrowUp")
        equal(index(), 2, "after down, j j j, k, up")
        b.key("PageDown")
        page = index() - 2
        expect(10 < page < 40, "a page is %d rows" % page)
        b.key("PageUp")
        equal(index(), 2, "page down and up")
        b.key("End")
        equal(index(), hips - 1, "End")
        expect(b.js("(() => { const r = %s.getBoundingClientRect(); const g = document.querySelector('.grid').getBoundingClientRect();"
                    " return r.bottom <= g.bottom + 1 && r.top > g.top; })()" % ACTIVE), "the last row is in the window")
        equal(b.js("document.activeElement.getAttribute('aria-activedescendant')"), b.js(ACTIVE + ".id"), "active descendant")
        b.key("Home")
        equal(index(), 0, "Home")
        b.key("?")
        expect(b.js("document.getElementById('keys').open"), "? shows the keys")
        b.key("Escape")
        expect(not b.js("document.getElementById('keys').open"), "Esc closes them")
        b.key("/")
        equal(b.js("document.activeElement.id"), "text", "/ goes to the filter")
        b.type("jx?")
        equal(b.js("document.getElementById('text').value"), "jx?", "keys are text in the filter")
        b.key("Escape")
        expect(b.js("document.activeElement.classList.contains('grid')"), "Esc leaves the filter")
        b.key("Escape")
        rows_are(b, hips, "Esc clears the filter")
        # The report and back again, to the same row.
        b.key("j", 5)
        time.sleep(0.5)
        name = b.js(ACTIVE + ".querySelector('a').textContent")
        kept = b.js("location.hash")
        b.key("Enter")
        b.until("!!document.getElementById('report')")
        equal(b.js("document.getElementById('report').textContent"), name, "Enter opens the report")
        b.js("setTimeout(() => history.back(), 0), 0")  # asked for and answered before the page goes
        b.until("!!document.querySelector('.row.active')")
        for _ in range(60):
            if index() == 5:
                break
            time.sleep(0.05)
        equal((index(), b.js("location.hash")), (5, kept), "Back returns to the row")
        equal(b.js(ACTIVE + ".querySelector('a').textContent"), name, "its exam")
        equal(complaints(b), [], "complaints")


def filters(folder):
    with Browser() as b:
        opened(b, folder)
        where = "FROM (SELECT h.*, e.study_date, e.name FROM hips h JOIN exams e ON e.id = h.exam) WHERE "
        count = lambda condition: sql(folder, "SELECT count(*) " + where + condition)[0][0]
        chips = b.js("[...document.querySelectorAll('#classes button')].map(c => c.querySelector('b').textContent)")
        for text, grade in zip(chips, ("full_thickness", "partial_thickness", "tendinosis", "normal", "not_gradable")):
            equal(number(text), count("class = '%s'" % grade), "chip of " + grade)
        b.click("#classes button:nth-child(1)")
        b.click("#classes button:nth-child(2)")
        equal(b.js("document.querySelector('#classes button:nth-child(2)').getAttribute('aria-pressed')"), "true", "chip")
        tears = "class IN ('full_thickness', 'partial_thickness')"
        rows_are(b, count(tears), "two classes")
        b.js("(() => { const s = document.getElementById('side'); s.value = 'left'; s.dispatchEvent(new Event('input')); })()")
        b.frame()
        rows_are(b, count(tears + " AND side = 'L'"), "and a side")
        # Counts follow the other filters, not their own.
        equal(number(b.js("document.querySelector('#classes button:nth-child(4) b').textContent")), count("class = 'normal' AND side = 'L'"), "chip follows the side")
        b.js("(() => { const s = document.getElementById('confidence'); s.value = 80; s.dispatchEvent(new Event('input')); })()")
        b.js("(() => { const s = document.getElementById('from'); s.value = '2025-03-01'; s.dispatchEvent(new Event('input')); })()")
        b.js("(() => { const s = document.getElementById('to'); s.value = '2025-12-31'; s.dispatchEvent(new Event('input')); })()")
        b.frame()
        both = tears + " AND side = 'L' AND round(confidence, 3) >= 0.8 AND study_date BETWEEN '20250301' AND '20251231'"
        rows_are(b, count(both), "and confidence and dates")
        time.sleep(0.5)
        kept = b.js("location.hash")
        expect("side=left" in kept and "confidence=80" in kept and "from=2025-03-01" in kept, kept)
        b.open("about:blank")
        opened(b, folder, kept)
        rows_are(b, count(both), "a reload keeps the filter")
        b.click("#clear")
        rows_are(b, count("1"), "cleared")
        b.click("#planes")
        rows_are(b, count("contradictory"), "planes contradict")
        b.click("#clear")
        b.key("/")
        b.type("EXAM-3 retr")
        rows_are(b, count("subtype = 'retracted' AND name LIKE 'exam-3%'"), "text")
        b.click("#clear")
        # The not gradable, with what to do.
        b.click("#tab-ungraded")
        rows_are(b, count("class = 'not_gradable'"), "not gradable")
        expect(all(len(t) > 30 for t in column(b, "Why it was")), "reasons are sentences")
        reason = b.js("document.querySelector('#reasons button').firstChild.textContent.trim()")
        b.click("#reasons button")
        code = reason.lower().replace(" ", "_")
        rows_are(b, count("';' || not_gradable_reasons || ';' LIKE '%%;%s;%%'" % code), "reason " + code)
        b.click("#tab-failed")
        rows_are(b, sql(folder, "SELECT count(*) FROM inputs WHERE state = 'failed'")[0][0], "failed")
        expect("copy it again" in " ".join(column(b, "What to do")), "what to do")
        b.click("#tab-skipped")
        expect("is a CT image" in b.js("document.getElementById('skips').textContent"), "skipped")
        equal(complaints(b), [], "complaints")


def sorting(folder):
    with Browser() as b:
        opened(b, folder)
        for grade in ("partial_thickness", "not_gradable"):
            opened(b, folder, "#class=%s&sort=-planes" % grade)
            clipped = b.js("[...document.querySelectorAll('.body .cell:not(.tail):not(.soft):not([hidden])')]"
                           ".filter(c => c.scrollWidth > c.clientWidth || c.querySelector('.badge') && c.querySelector('.badge').scrollWidth > c.querySelector('.badge').clientWidth).map(c => c.textContent)")
            equal(sorted(set(clipped)), [], "clipped cells")
        opened(b, folder)
        for head, field, order in (("mean", "thickness_mean_mm", "DESC"), ("length", "tear_length_mm", "DESC"),
                                   ("Conf.", "confidence", "DESC")):
            b.js("[...document.querySelectorAll('.head button')].find(x => x.textContent.includes(%r)).click()" % head)
            b.frame()
            best = sql(folder, "SELECT %s FROM hips ORDER BY %s %s LIMIT 1" % (field, field, order))[0][0]
            first = column(b, head)[0]
            expect(first == "%.1f" % best or first.endswith("%"), "%s first: %s, %s" % (head, first, best))
            equal(b.js("document.querySelectorAll('[aria-sort=descending]').length"), 1, "aria-sort")
            b.js("[...document.querySelectorAll('.head button')].find(x => x.textContent.includes(%r)).click()" % head)
            b.frame()
            least = sql(folder, "SELECT %s FROM hips WHERE %s IS NOT NULL ORDER BY 1 LIMIT 1" % (field, field))[0][0]
            first = column(b, head)[0]
            expect(first == "%.1f" % least or first.endswith("%"), "%s turned round: %s, %s" % (head, first, least))
            expect("–" not in column(b, head)[:5], "what was not measured comes last")
        b.js("[...document.querySelectorAll('.head button')].find(x => x.textContent.includes('Date')).click()")
        b.frame()
        dates = [d for d in column(b, "Date") if d != "–"]
        equal(dates, sorted(dates), "dates ascend")
        equal(b.js("[...document.querySelectorAll('[role=tabpanel] > div:not([hidden]) [aria-sort]')].map(c => c.textContent + c.getAttribute('aria-sort'))"), ["Dateascending"], "aria-sort")
        time.sleep(0.4)
        expect("sort=date" in b.js("location.hash"), "order in the address")
        equal(complaints(b), [], "complaints")


def scrolling(folder):
    with Browser() as b:
        opened(b, folder)
        hips = number(b.js(ROWS))
        b.wheel(".grid", 5000)
        b.until("document.querySelector('.grid').scrollTop > 4000")
        b.frame()
        rows = sorted(b.js("[...document.querySelectorAll('.body .row')].map(r => Number(r.getAttribute('aria-rowindex')))"))
        equal(rows, list(range(rows[0], rows[0] + len(rows))), "rows without a gap")
        top = b.js("document.querySelector('.grid').scrollTop")
        expect(rows[0] < top / 32 + 2 < rows[-1], "rows where the window is")
        b.js("document.querySelector('.grid').scrollTop = 1e9")
        b.frame()
        b.frame()
        equal(b.js("Math.max(...[...document.querySelectorAll('.body .row')].map(r => Number(r.getAttribute('aria-rowindex'))))"), hips + 1, "the end")
        expect(b.js("document.querySelectorAll('.body .row').length") < 60, "rows stay few")
        time.sleep(0.4)
        kept = b.js("location.hash")
        opened(b, folder, kept)
        expect(abs(b.js("document.querySelector('.grid').scrollTop") - b.js("document.querySelector('.grid').scrollHeight - document.querySelector('.grid').clientHeight")) < 64, "the place is kept: " + kept)
        equal(complaints(b), [], "complaints")


def pictures(folder):
    with Browser() as b:
        opened(b, folder)
        images = lambda: [u for u in b.requests() if u.endswith(".jpg")]
        b.until("document.querySelector('#preview img') && document.querySelector('#preview img').naturalWidth > 100")
        before = len(images())
        expect(before <= 1, "pictures load only when looked at")
        b.move(".body .row:nth-child(4) .badge")
        time.sleep(0.4)
        b.js("1")
        name = b.js("document.querySelector('.body .row:nth-child(4) a').textContent")
        expect(name in b.js("document.getElementById('preview').textContent"), "the row under the pointer is shown")
        expect(any(name in u for u in images()), "its picture was loaded")
        expect("Confidence" in b.js("document.getElementById('preview').textContent"), "facts")
        equal([u for u in b.requests() if not u.startswith(("file://", "about:", "data:"))], [], "requests elsewhere")
        equal(complaints(b), [], "complaints")


def seen(folder):
    with Browser() as b:
        b.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        opened(b, folder)
        b.key("x")
        b.key("j")
        b.key("x")
        names = b.js("[...document.querySelectorAll('.row.seen a')].map(a => a.textContent)")
        expect(len(set(names)) == 2, "two exams are marked: %s" % names)
        opened(b, folder)
        equal(b.js("[...document.querySelectorAll('.row.seen a')].map(a => a.textContent)"), names, "marks are kept")
        expect("(2)" in b.js("document.getElementById('export').textContent"), "count of marks")
        b.js("(() => { const s = document.getElementById('seen'); s.value = 'yes'; s.dispatchEvent(new Event('input')); })()")
        b.frame()
        rows_are(b, sql(folder, "SELECT count(*) FROM hips h JOIN exams e ON e.id = h.exam WHERE name IN ('%s')" % "','".join(set(names)))[0][0], "seen only")
        b.click("#export")
        path = os.path.join(folder, "hipcuff-seen.csv")
        for _ in range(100):
            if os.path.exists(path):
                break
            time.sleep(0.05)
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
        expect(lines[0].startswith("exam,study_instance_uid,folder,date,side,class"), lines[0])
        equal({line.split(",")[0] for line in lines[1:]}, set(names), "exported exams")
        equal(complaints(b), [], "complaints")


def printing(folder):
    with Browser() as b:
        opened(b, folder, "#class=full_thickness")
        b.js("window.dispatchEvent(new Event('beforeprint'))")
        equal(b.js("document.querySelectorAll('#print tbody tr').length"), number(b.js(ROWS)), "printed rows")
        equal(b.js("new Set([...document.querySelectorAll('#print thead th')].map(t => t.textContent)).size"), 13, "columns")
        b.js("window.dispatchEvent(new Event('afterprint'))")
        b.js("document.getElementById('tab-ungraded').click()")
        b.js("window.dispatchEvent(new Event('beforeprint'))")
        equal(b.js("document.querySelectorAll('#print tbody tr').length"), number(b.js(ROWS)), "printed not gradable")
        expect(b.js("document.querySelector('#print td:nth-child(3)').textContent.length") > 30, "reasons are printed")
        equal(complaints(b), [], "complaints")


def evil(folder):
    with Browser() as b:
        opened(b, folder)
        equal(b.js("document.querySelectorAll('.body .row').length"), 1, "the row is there")
        expect("<img src=x" in b.js("document.querySelector('.body .cell.tail').title"), "the path is text")
        equal(b.js("document.querySelectorAll('b[onclick], img[src=x]').length"), 0, "no markup from files")
        b.click("#tab-failed")
        b.click("#tab-skipped")
        b.js("window.dispatchEvent(new Event('beforeprint'))")
        equal(b.js("document.querySelectorAll('b[onclick], img[src=x]').length"), 0, "no markup from files")
        equal(complaints(b), [], "complaints")


def plain(folder):
    with Browser(scripts=False) as b:
        b.open("file://%s/worklist.html" % folder)
        nodes = b.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        body = b.call("DOM.querySelector", nodeId=nodes, selector=".plain")["nodeId"]
        expect("scripts are switched off" in b.call("DOM.getOuterHTML", nodeId=body)["outerHTML"], "says so")
        rows = b.call("DOM.querySelectorAll", nodeId=nodes, selector=".plain tbody tr")["nodeIds"]
        equal(len(rows), 200, "rows without scripts")


def missing(folder):
    with Browser() as b:
        pieces = sorted(os.listdir(os.path.join(folder, "worklist")))
        os.remove(os.path.join(folder, "worklist", next(p for p in pieces if p.startswith("data-"))))
        b.open("file://%s/worklist.html" % folder)
        b.until("!document.getElementById('problem').hidden")
        expect("rows are missing" in b.js("document.getElementById('problem').textContent"), "says what is missing")
        expect(number(b.js(ROWS)) == 2000, "what is there can be used")


def speed(folder):
    """Prints times in milliseconds; limits are generous, for machines that do other things too."""
    with Browser() as b:
        b.open("about:blank")
        b.open("file://%s/worklist.html" % folder)
        shown = b.js("performance.getEntriesByName('hipcuff-shown')[0].startTime")
        paint = b.js("(performance.getEntriesByName('first-contentful-paint')[0] || {startTime: -1}).startTime")
        began = time.monotonic()
        b.until("document.getElementById('loading').textContent === ''", 300)
        whole = b.js("performance.now()")
        took = {}
        measure = """(async () => { const t = []; for (let i = 0; i < 5; ++i) { const began = performance.now(); %s;
          await new Promise(r => requestAnimationFrame(() => setTimeout(r, 0))); t.push(performance.now() - began); }
          return t.sort((a, b) => a - b)[2]; })()"""
        b.js("document.getElementById('clear').disabled")
        for head in ("mean", "Date", "Exam", "Folder"):
            took["sort " + head] = b.js(measure % ("[...document.querySelectorAll('.head button')].find(x => x.textContent.includes('%s')).click()" % head))
        took["class chip"] = b.js(measure % "document.querySelector('#classes button').click()")
        b.js("document.getElementById('clear').click()")
        took["text"] = b.js(measure % "(() => { const s = document.getElementById('text'); s.value = 'ward ' + i; s.dispatchEvent(new Event('input')); })()")
        b.js("document.getElementById('clear').click()")
        took["scroll"] = b.js(measure % "document.querySelector('.grid').scrollTop += 3000")
        heap = b.call("Runtime.getHeapUsage")["usedSize"] / 1e6
        print("rows %s; first paint %.0f ms, usable %.0f ms, all read %.0f ms; %s; heap %.0f MB"
              % (number(b.js(ROWS)), paint, shown, whole, ", ".join("%s %.0f" % i for i in took.items()), heap))
        expect(shown < 5000, "first rows within 5 s")
        expect(max(took.values()) < float(os.environ.get("HIPCUFF_SLOWEST_MS", "1000")), "each step within a second")


if __name__ == "__main__":
    globals()[sys.argv[1]](os.path.abspath(sys.argv[2]))
