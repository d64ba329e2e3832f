--
-- PostgreSQL database dump
--
COPY t (first_nambase dump
--
COPY t (first_name, last_name, ssn, note) FROM stdin;
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyYyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	ydšïÕŸK†rg”;ìù»#„w.lƒàÒü¥CXyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
Ann	Lee	123-45-6788	xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Bob	Kim	223-45-6788	yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
\.
