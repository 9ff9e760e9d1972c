-- Is every price list there that a list, rule or discount speaks of?
-- owner
SELECT 'price_rule ' || rule_no || ': its price list is not there' AS what FROM price_rules
WHERE price_list NOT IN (SELECT name FROM price_lists)
UNION ALL
SELECT 'price_rule ' || rule_no || ': the list it begins with is not there' FROM price_rules
WHERE base_list NOT IN (SELECT name FROM price_lists)
UNION ALL
SELECT 'price_list ' || name || ': its parent is not there' FROM price_lists WHERE parent NOT IN (SELECT name FROM price_lists)
UNION ALL
SELECT 'price_discount ' || discount_no || ': its price list is not there' FROM price_discounts
WHERE price_list NOT IN (SELECT name FROM price_lists)
