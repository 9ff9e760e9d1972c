"""Answers in the store.

`rows`: find_question, questions, versions_of, answer_in_force, answers_in_force; `writing`: add_answer, edit_answer,
approve, retire; `uses`: note_use. Writers are handed in: each call is part of the caller's step.
"""
