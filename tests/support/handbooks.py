"""Handbooks of several trades in several forms, with questions that they answer and questions that they do not.

All written for these tests.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """A question that a handbook answers.

    Args:
        opening: how the article begins.
        said: what else it says somewhere.
        unsaid: what it must not say, because it belongs to another question.
    """

    question: str
    opening: str
    said: tuple[str, ...]
    unsaid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Declined:
    """A question that a handbook does not answer, or not in enough words."""

    question: str
    reason: str = "the passages do not answer this question"


@dataclass(frozen=True)
class Handbook:
    """A document with its questions.

    Args:
        file: the name of its file.
    """

    file: str
    text: str
    questions: tuple[Answered | Declined, ...]


NURSING = Handbook(
    "pain-assessment.md",
    """# Pain assessment handbook

## Numerical Rating Scale

The Numerical Rating Scale (NRS) asks an adult to rate pain as a whole number from 0 to 10. Zero stands for no pain, and ten stands for the worst pain that the patient can imagine. A score of 1 to 3 counts as mild, 4 to 6 as moderate, and 7 to 10 as severe pain.

The nurse takes the NRS at rest and on movement, because a patient who lies still may report little. Coughing, sitting up and walking to the door are good tests after surgery of the abdomen. Both numbers go into the chart, since treatment aims at pain that lets the patient breathe deeply and walk.

The score is taken again thirty minutes after an intravenous analgesic and sixty minutes after a tablet. A fall of two points is felt as clear relief by most patients. If the number has not fallen, the nurse calls the physician and looks for a new cause, such as bleeding or a full bladder.

The scale does not fit everyone. Patients who are confused, ventilated or unable to count cannot give a number, and silence must never be read as zero. For them an observation scale takes its place.

## Visual Analogue Scale

The Visual Analogue Scale is a line of 100 millimetres between the words no pain and worst pain. The patient marks a place on the line, and the nurse measures the distance from the left end.

## FLACC

FLACC is an observation scale for pain in children between two months and seven years. Face, legs, activity, cry and consolability are each given 0 to 2 points.

## Documentation

Each assessment of pain is documented with the scale, the number, the time and the situation. The care plan names the number at which an analgesic is given.

## Pressure ulcer prevention

### Risk

Pressure ulcer prevention begins with the Braden scale, which is taken on admission and after each change of condition. A sum of 18 or less means that the patient is at risk. Patients who cannot move, who are wet or who eat little are watched most closely. The result is written on the care plan with the measures that follow from it.

### Repositioning

Prevention of a pressure ulcer depends on repositioning, because skin that is pressed for hours dies from a lack of blood. The patient is turned every two hours in bed and every hour in a chair. A tilt of thirty degrees takes the load from the hip and from the sacrum at once. Heels are lifted free of the mattress with a pillow under the calves.

### Skin care

Skin care keeps the skin dry and whole. Urine and sweat soften the skin, so it is cleaned soon, and a barrier cream is spread thinly. Red areas are never rubbed, since rubbing tears small vessels below the surface.

### Nutrition

A patient with a wound or at risk of one needs 1.25 to 1.5 grams of protein for each kilogram of weight a day. The dietitian is called when a patient has lost five percent of weight within a month. Drinks with added protein between meals heal a wound faster than larger meals.
""",
    (
        Answered(
            "Explain how the Numerical Rating Scale is used in pain assessment.",
            "The Numerical Rating Scale (NRS) asks an adult to rate pain",
            ("thirty minutes after an intravenous analgesic", "at rest and on movement"),
            ("Braden", "dietitian"),
        ),
        Answered(
            "How is the NRS used to assess pain in adults?",
            "The Numerical Rating Scale (NRS) asks an adult to rate pain",
            ("A fall of two points",),
            ("Braden",),
        ),
        Answered(
            "How can a pressure ulcer be prevented?",
            "Pressure ulcer prevention begins with the Braden scale",
            ("every two hours in bed", "barrier cream"),
            ("Visual Analogue", "analgesic"),
        ),
        Declined("How is FLACC used for pain in children?", "words only"),
        Declined("How is the Glasgow Coma Scale used in the assessment of consciousness?"),
        Declined("Explain how the Wong-Baker scale is used in pain assessment."),
        Declined("What are the side effects of morphine?"),
        Declined("Why does the Numerical Rating Scale need a validation study in dementia?"),
    ),
)

MANUAL = Handbook(
    "larder-manual.md",
    """Larder 4 administrator manual

1. Installation

Larder is installed from one archive and needs no other program. The archive is unpacked below the folder of programs, and the service is registered with the command larder install.

2. Backups

2.1 Creating a backup

A backup of the Larder database is created with the command larder backup, which may run while users work. The command writes one file with the date in its name and a second one with a checksum. A nightly backup is set up in the file larder.conf with the key backup.time. Old files are deleted after thirty days, unless backup.keep says otherwise.

2.2 Restoring a backup

To restore a backup, the administrator stops the Larder service first, because a running service holds the database open. The command larder restore FILE checks the checksum of the backup before it touches anything. A backup that is damaged is refused, and the database stays as it was.

The restored database replaces the present one, which is kept beside it with the ending .old. Restoring one gigabyte takes about two minutes on a disk of the usual speed. A backup of an older version is migrated on the way, and the log names each step of the migration.

After the backup has been restored, the service is started and the command larder verify is run. It compares the number of recipes, users and pictures with those that the backup recorded. A difference is reported with the name of the table, and the exit status is 3. Users must sign in again, since sessions are not a part of a backup.

If the restore was a mistake, the file with the ending .old is renamed back while the service is stopped. It is deleted by the next successful backup. A backup should be restored on a spare machine twice a year, so that the staff knows the steps and the time that they take.

3. User accounts

Accounts are created by the administrator or taken from a directory service. An account without a sign-in for ninety days is locked.
""",
    (
        Answered(
            "How do you restore a backup of the Larder database?",
            "To restore a backup, the administrator stops the Larder service first",
            ("larder verify", ".old"),
            ("ninety days",),
        ),
        Declined("How is a Larder account locked?"),
        Declined("How do you restore a deleted user account in Larder?"),
        Declined("How is Larder connected to a printer?"),
        Declined("What is the compound interest formula?"),
    ),
)

LAW = Handbook(
    "commentary.txt",
    """Commentary on the Sale of Goods Act of Nordmark

**§ 14 Duty to examine.** A buyer must examine the goods within a reasonable time after delivery. The duty to examine under section 14 covers what a careful buyer of the same trade would see, count or measure. A sealed machine need not be opened, but its papers must be read.

What time is reasonable depends on the goods. The Court of Appeal allowed two days for fresh fish, two weeks for furniture and two months for a turbine. The time runs from delivery at the agreed place, even where the buyer has the goods sent on.

A buyer who fails to examine the goods loses the remedies for defects that an examination would have shown. The loss does not touch hidden defects, nor defects that the seller knew. A court may excuse a short delay where the buyer was ill and had no staff. The burden of proof for the examination lies on the buyer, who should keep a record with date, name and findings.

The parties may change the duty to examine by agreement. A term in standard conditions that shortens the time to less than two days is void against a consumer. Between traders, the same term is measured by the custom of the trade, which the seller must prove.

**§ 15 Notice of defects.** The buyer loses the right to rely on a defect if no notice is given within a reasonable time. The notice names the defect and the goods.

**§ 16 Price reduction.** The price is reduced in the proportion that the value of the goods had at delivery. It can be claimed without the consent of the seller.
""",
    (
        Answered(
            "What does the duty to examine the goods require of a buyer?",
            "A buyer must examine the goods within a reasonable time after delivery.",
            ("two days for fresh fish", "burden of proof"),
        ),
        Answered(
            "Explain the duty to examine under § 14.",
            "",
            ("hidden defects",),
        ),
        Declined("How is a price reduction claimed?", "words only"),
        Declined("What is the effect of a reservation of title in insolvency?"),
        Declined("When does the limitation period for defects begin?"),
    ),
)

PLAIN = Handbook(
    "beekeeping.txt",
    """BEEKEEPING COURSE

Swarm control

Swarm control keeps a colony of bees from leaving the hive with its old queen. A colony prepares to swarm in May and June, when the hive is crowded and nectar is plentiful. The keeper sees queen cells at the edge of the combs and fewer eggs than before.

Space is the first means of swarm control. A second box with empty combs is added as soon as bees cover eight of ten combs, and a third one before the lime trees bloom. Old combs full of pollen are taken out, so that the queen finds empty cells.

Every seven days all combs are looked through, and each queen cell is broken. Seven days are the limit, because a colony of bees swarms when the first cell is sealed, which is on the ninth day. One cell that was overlooked under a fold of wax is enough to lose the swarm.

Where the urge stays, the colony is divided. An artificial swarm puts the old queen with the flying bees on the old place, and the brood with the young bees stands beside it. The brood raises a new queen within four weeks, and both parts have lost the wish to swarm.

Wintering

A colony goes into winter with fifteen kilograms of food. The entrance is narrowed against mice.
""",
    (
        Answered(
            "How does swarm control work in a bee colony?",
            "Swarm control keeps a colony of bees from leaving the hive",
            ("artificial swarm", "Every seven days"),
            ("fifteen kilograms",),
        ),
        Declined("How much food does a colony need in winter?", "words only"),
        Declined("How is honey extracted from combs?"),
        Declined("How do bees communicate by dancing?"),
    ),
)

SHORT = Handbook(
    "scales.html",
    """<html><head><title>Pain assessment handbook</title></head><body>
<h2>Numerical Rating Scale</h2>
<p>The Numerical Rating Scale (NRS) asks the patient to rate pain as a whole number from 0 to 10. Zero stands for no
pain, and ten stands for the worst pain that the patient can imagine. A score of 1 to 3 counts as mild, 4 to 6 as
moderate, and 7 to 10 as severe pain. Pain is rated at rest and on movement, because a patient who lies still may report
no pain at all. The score is taken again thirty minutes after an intravenous analgesic and sixty minutes after a tablet.
Patients who are confused or do not speak the language need another scale.</p>
<h2>Visual Analogue Scale</h2>
<p>The Visual Analogue Scale is a line of 100 millimetres between the words no pain and worst pain. The patient marks the
place on the line that fits the pain. The nurse measures the distance from the left end in millimetres. It needs good
eyesight and a steady hand, so it is seldom used right after surgery.</p>
<h2>FLACC</h2>
<p>FLACC is used for children between two months and seven years. The nurse watches face, legs, activity, cry and
consolability, and gives each of them 0 to 2 points. The sum of 0 to 10 is read like a numerical rating.</p>
<h2>Documentation</h2>
<p>Each pain assessment is documented with the scale, the score, the time and the situation. The plan names the score at
which an analgesic is given. A score that has not fallen after treatment is reported to the physician.</p>
<h2>Canteen</h2>
<p>The canteen opens at eleven and closes at two. Guests pay with a card, and a voucher is valid for one meal.</p>
</body></html>
""",
    (
        # The section is too short for an article: its neighbours about pain and scales fill it up.
        Answered(
            "Explain how the Numerical Rating Scale is used in pain assessment.",
            "The Numerical Rating Scale (NRS) asks the patient to rate pain",
            ("thirty minutes after", "Documentation"),
            ("canteen",),
        ),
        Declined("When does the canteen open?", "words only"),
        Declined("When is the Visual Analogue Scale used in pain assessment?", "words only"),
        Declined("How is a fever treated in children?"),
    ),
)

HANDBOOKS = (NURSING, MANUAL, LAW, PLAIN, SHORT)
