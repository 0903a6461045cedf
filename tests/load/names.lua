-- Nominations of many names, towns and categories: one in a thousand is called Gavriil, one in fifty Ivanova.
math.randomseed(os.time())
local begin = {"Ал", "Бо", "Ве", "Га", "Да", "Ев", "Жа", "Зо", "Ир", "Ки", "Ла", "Ма", "На", "Ол", "Па", "Ро", "Се", "Та", "Фе", "Юл"}
local middle = {"ри", "ла", "но", "ве", "ди", "ма", "ро", "се", "ти", "ка"}
local finish = {"на", "рий", "слав", "мир", "та", "ся", "ша", "ля", "вей", "дор"}
local family = {"ова", "ина", "ева", "ская", "енко", "швили", "ук", "ян", "ко", "их"}
local categories = {"I1", "I2", "I3"}
local function pick(list) return list[math.random(#list)] end
local function word() return pick(begin) .. pick(middle) .. pick(finish) end
local body = [[{"category":"%s","language":"en",
 "nominee":{"kind":"individual","name":"%s %s","home_city":"Ostrava-%d","country":"CZ","linked_cities":["volgograd","ostrava"],
  "email":"maria@example.org","age_band":"18_25"},
 "headline":"Pen friends from two cities became a yearly youth orchestra",
 "story":{"impact":"Over one hundred teenagers who had never met a foreigner now play together every summer, and their families host each other at home in both cities.",
  "friendship":"She began with twelve letters between two music schools and answered every one herself until friendships grew.",
  "commitment":"Six years without a break, even online through the hardest winter.","others":"Teachers, parents and two libraries.",
  "since_year":2015,"ongoing":true},
 "links":[{"title":"Concert report","url":"https://example.org/concert"}],
 "supporters":[{"name":"Jan Příklad","email":"jan@example.org","relation":"conductor"},
  {"name":"Ольга Примерова","email":"olga@example.org","relation":"head of the music school"}],
 "nominator":{"name":"Ann Example","email":"ann@example.org","phone":"+44 24 7600 0000","relation":"host parent","country":"GB"},
 "declarations":{"true_account":true,"not_self":true,"nominee_will_be_told":true,"judges_will_read":true,
  "no_special_category_data":true,"privacy_notice_read":true},"tell_me_next_time":true}]]
local headers = {["Content-Type"] = "application/json"}
function request()
  local first = math.random(1000) == 1 and "Гавриил" or word()
  local last = math.random(50) == 1 and "Иванова" or word() .. pick(family)
  return wrk.format("POST", nil, headers, body:format(pick(categories), first, last, math.random(200)))
end
