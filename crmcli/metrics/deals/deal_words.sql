-- Which words of systems and people tell how a deal stands: won, lost, hold, open. Written small, single spaces, no hyphens.
CREATE OR REPLACE TEMP MACRO deal_words() AS TABLE
SELECT told.word, told.outcome
FROM (
    VALUES
    ('won', 'won'), ('win', 'won'), ('closed won', 'won'), ('closedwon', 'won'), ('success', 'won'), ('successful', 'won'),
    ('выиграна', 'won'), ('выигран', 'won'), ('выиграно', 'won'), ('выигрыш', 'won'), ('успех', 'won'), ('успешна', 'won'),
    ('успешно', 'won'), ('успешно реализовано', 'won'), ('продана', 'won'), ('продано', 'won'), ('закрыта успешно', 'won'),
    ('закрыто успешно', 'won'),
    ('lost', 'lost'), ('lose', 'lost'), ('closed lost', 'lost'), ('closedlost', 'lost'), ('failed', 'lost'),
    ('проиграна', 'lost'), ('проигран', 'lost'), ('проиграно', 'lost'), ('проигрыш', 'lost'), ('отказ', 'lost'),
    ('провал', 'lost'), ('провалена', 'lost'), ('провалено', 'lost'), ('потерян', 'lost'), ('потеряна', 'lost'),
    ('потеряно', 'lost'), ('упущена', 'lost'), ('закрыто и не реализовано', 'lost'), ('закрыта неуспешно', 'lost'),
    ('hold', 'hold'), ('on hold', 'hold'), ('paused', 'hold'), ('frozen', 'hold'), ('отложена', 'hold'), ('отложено', 'hold'),
    ('пауза', 'hold'), ('заморожена', 'hold'),
    ('open', 'open'), ('active', 'open'), ('in progress', 'open'), ('открыта', 'open'), ('открыто', 'open'),
    ('в работе', 'open'), ('активна', 'open')
) AS told (word, outcome);
