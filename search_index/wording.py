"""tmp"""
from search_index.engines.whoosh.analysis import WORD
from search_index.query import *


def plain(text):
    return Query(choices=tuple(Choice((Word(w),)) for w in dict.fromkeys(WORD.findall(text.lower()))))
