"""Words that say nothing of what a topic is about: by these no need is met."""

from __future__ import annotations

_LITTLE = """
a al an and ao aos are as at au aux avec by ce ces com como con da dans das de del des do dos du e el elle em en es est et for from ha
how il in into is it its la las le les leur leurs lo los mas na nas no not o of on or os ou our par para pas pela pelo por pour que qui
sans se sem ses seu sin sobre son sous su sua sur sus that the their them they this to um uma un una une uno what which who whose why
with within without y
"""
LITTLE = frozenset(_LITTLE.split())
"""Folded words that only hold others together, in English, French, Spanish and Portuguese."""

_EVERYWHERE = """
able access activity apoyo approach appui assistance basic best better build building capacidad capacidade capacitacao capacitacion
capacite capacity centre challenge change collaboration competence cooperation country course create decade desarrollo desenvolvimento
development developpement effective establish exchange experience experiencia expert expertise exposure follow formacao formacion
formation fortalecimento fortalecimiento good help high higher improve improved improving including increase insight institution
institutional international knowledge learn learning level local long make making managing many matching member method model more
national need new other partner partnership people person personnel place practical practice program programme project provide quality
regional renforcement sector service servicio servico share shared sharing skill south southern special specialist staff strengthen
strengthened strengthening strong stronger study support system team technical technique term together tool train trained training
understanding use used using visit visiting way well work working world year
"""
EVERYWHERE = frozenset(_EVERYWHERE.split())
"""Folded words, without the ending of the plural, that stand in topics of every kind."""
