### What the form offers where it asks to choose.

choice-age-band-under-18 = Under 18
choice-age-band-18-25 = 18 to 25
choice-age-band-26-plus = 26 or more
choice-age-band-not-known = I do not know
choice-nominee-kind-individual = A person
choice-nominee-kind-organisation = An organisation
choice-city-other = Another city
choice-kind-individual = A person
choice-kind-organisation = An organisation
choice-organisation-type-friendship-association = Friendship association
choice-organisation-type-community-group = Community group
choice-organisation-type-charity = Charity
choice-organisation-type-sport = Sports club
choice-organisation-type-school = School
choice-organisation-type-college = College
choice-organisation-type-university = University
choice-organisation-type-arts = Arts or culture
choice-organisation-type-media = Media
choice-organisation-type-faith = Faith
choice-organisation-type-business = Business
choice-organisation-type-public-body = Public body
choice-organisation-type-other = Something else
