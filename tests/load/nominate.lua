-- One nomination, sent again and again: only a confirmation would find the doubles.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[{"category":"I2","language":"en",
 "nominee":{"kind":"individual","name":"Мария Иванова","name_other_script":"Maria Ivanova","honours":"",
  "home_city":"Volgograd","country":"RU","linked_cities":["volgograd","ostrava"],"email":"maria@example.org","age_band":"18_25"},
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
