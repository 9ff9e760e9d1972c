-- Which group do an R score and the mean of F and M mean? Twenty-five rows.
CREATE OR REPLACE TEMP MACRO rfm_groups() AS TABLE
SELECT r, fm, "group"
FROM (
    VALUES
    (5, 1, 'new'), (5, 2, 'potential_loyal'), (5, 3, 'potential_loyal'), (5, 4, 'champion'), (5, 5, 'champion'),
    (4, 1, 'promising'), (4, 2, 'potential_loyal'), (4, 3, 'potential_loyal'), (4, 4, 'loyal'), (4, 5, 'champion'),
    (3, 1, 'about_to_sleep'), (3, 2, 'need_attention'), (3, 3, 'need_attention'), (3, 4, 'loyal'), (3, 5, 'loyal'),
    (2, 1, 'hibernating'), (2, 2, 'hibernating'), (2, 3, 'at_risk'), (2, 4, 'at_risk'), (2, 5, 'cannot_lose'),
    (1, 1, 'lost'), (1, 2, 'lost'), (1, 3, 'at_risk'), (1, 4, 'cannot_lose'), (1, 5, 'cannot_lose')
) AS groups (r, fm, "group");
